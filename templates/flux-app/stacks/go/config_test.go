package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestNothingHasToBeConfigured(t *testing.T) {
	config, err := readConfig(env(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Host:          "0.0.0.0",
		Port:          8080,
		LogLevel:      slog.LevelInfo,
		ShutdownDelay: 5 * time.Second,
		DrainTimeout:  20 * time.Second,
	}
	if config != want {
		t.Errorf("got %+v, want %+v", config, want)
	}
}

func TestValuesComeFromTheEnvironment(t *testing.T) {
	config, err := readConfig(env(map[string]string{
		"HOST": "127.0.0.1", "PORT": "9000", "LOG_LEVEL": "debug", "SHUTDOWN_DELAY_MS": "1", "DRAIN_TIMEOUT_MS": "0",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Host: "127.0.0.1", Port: 9000, LogLevel: slog.LevelDebug, ShutdownDelay: time.Millisecond, DrainTimeout: 0,
	}
	if config != want {
		t.Errorf("got %+v, want %+v", config, want)
	}
}

func TestOneErrorNamesEverythingThatIsWrong(t *testing.T) {
	_, err := readConfig(env(map[string]string{
		"PORT": "65536", "LOG_LEVEL": "loud", "SHUTDOWN_DELAY_MS": "-1", "DRAIN_TIMEOUT_MS": "1e3",
	}))
	if err == nil {
		t.Fatal("a wrong configuration was taken")
	}
	for _, part := range []string{
		`PORT must be a whole number from 0 to 65535, got "65536"`,
		`LOG_LEVEL must be one of debug, info, warn, error, got "loud"`,
		`SHUTDOWN_DELAY_MS must be a whole number from 0 to 60000, got "-1"`,
		`DRAIN_TIMEOUT_MS must be a whole number from 0 to 300000, got "1e3"`,
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}
