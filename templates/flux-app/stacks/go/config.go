package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Config is what the environment decides.
type Config struct {
	Host     string
	Port     int
	LogLevel slog.Level
	// ShutdownDelay is how long the service still answers after it said that it is not ready any more.
	ShutdownDelay time.Duration
	// DrainTimeout is how long requests that are under way may take after that.
	DrainTimeout time.Duration
}

const logLevels = "debug, info, warn, error"

// readConfig reads environment variables; one error names everything that is wrong.
func readConfig(getenv func(string) string) (Config, error) {
	var problems []string

	text := func(name, fallback string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return fallback
	}
	integer := func(name string, fallback, maximum int) int {
		value, err := strconv.Atoi(text(name, strconv.Itoa(fallback)))
		if err != nil || value < 0 || value > maximum {
			problems = append(problems,
				fmt.Sprintf("%s must be a whole number from 0 to %d, got %q", name, maximum, getenv(name)))
			return fallback
		}
		return value
	}
	milliseconds := func(name string, fallback, maximum int) time.Duration {
		return time.Duration(integer(name, fallback, maximum)) * time.Millisecond
	}

	config := Config{
		Host:          text("HOST", "0.0.0.0"),
		Port:          integer("PORT", 8080, 65_535),
		ShutdownDelay: milliseconds("SHUTDOWN_DELAY_MS", 5_000, 60_000),
		DrainTimeout:  milliseconds("DRAIN_TIMEOUT_MS", 20_000, 300_000),
	}
	switch level := text("LOG_LEVEL", "info"); level {
	case "debug":
		config.LogLevel = slog.LevelDebug
	case "info":
		config.LogLevel = slog.LevelInfo
	case "warn":
		config.LogLevel = slog.LevelWarn
	case "error":
		config.LogLevel = slog.LevelError
	default:
		problems = append(problems, fmt.Sprintf("LOG_LEVEL must be one of %s, got %q", logLevels, level))
	}
	if len(problems) > 0 {
		return Config{}, errors.New("invalid configuration: " + strings.Join(problems, "; "))
	}
	return config, nil
}
