import unittest

from app.config import Config, ConfigError, read_config


class ConfigTest(unittest.TestCase):
    def test_nothing_has_to_be_configured(self) -> None:
        self.assertEqual(
            read_config({}),
            Config(host="0.0.0.0", port=8080, log_level="info", shutdown_delay_ms=5_000, drain_timeout_ms=20_000),
        )

    def test_values_come_from_the_environment(self) -> None:
        env = {
            "HOST": "127.0.0.1",
            "PORT": "9000",
            "LOG_LEVEL": "debug",
            "SHUTDOWN_DELAY_MS": "1",
            "DRAIN_TIMEOUT_MS": "0",
        }
        self.assertEqual(
            read_config(env),
            Config(host="127.0.0.1", port=9000, log_level="debug", shutdown_delay_ms=1, drain_timeout_ms=0),
        )

    def test_one_error_names_everything_that_is_wrong(self) -> None:
        with self.assertRaises(ConfigError) as caught:
            read_config({"PORT": "65536", "LOG_LEVEL": "loud", "SHUTDOWN_DELAY_MS": "-1", "DRAIN_TIMEOUT_MS": "1e3"})
        for part in (
            'PORT must be a whole number from 0 to 65535, got "65536"',
            'LOG_LEVEL must be one of debug, info, warn, error, got "loud"',
            'SHUTDOWN_DELAY_MS must be a whole number from 0 to 60000, got "-1"',
            'DRAIN_TIMEOUT_MS must be a whole number from 0 to 300000, got "1e3"',
        ):
            self.assertIn(part, str(caught.exception))
