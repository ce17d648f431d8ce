// A small HTTP service, made to be run by Kubernetes: see README.md.
package main

import (
	"log/slog"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // the image has no zones of its own
)

func main() {
	os.Exit(run())
}

// run serves until a signal or a failure, and gives the exit code.
func run() int {
	config, err := readConfig(os.Getenv)
	if err != nil {
		newLogger(os.Stdout, slog.LevelError).Error("cannot start", "error", err.Error())
		return 1
	}
	logger := newLogger(os.Stdout, config.LogLevel)
	service := newService(config, logger, readInfo(os.Getenv), time.Now)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if _, err := service.start(); err != nil {
		logger.Error("cannot start", "error", err.Error())
		return 1
	}
	select {
	case received := <-signals:
		// A second one ends the process at once.
		signal.Stop(signals)
		logger.Info("signal", "signal", received.String())
	case err := <-service.failed:
		logger.Error("cannot serve", "error", err.Error())
		return 1
	}
	if !service.stop() {
		return 1
	}
	return 0
}

// readInfo takes the name from the module, and the version from what the image was built as.
func readInfo(getenv func(string) string) info {
	is := info{Name: "unknown", Version: "(devel)"}
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Path != "" {
		is = info{Name: path.Base(build.Main.Path), Version: build.Main.Version}
	}
	if version := getenv("APP_VERSION"); version != "" {
		is.Version = version
	}
	return is
}
