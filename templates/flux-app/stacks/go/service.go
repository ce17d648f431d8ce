package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// A Service answers its routes and the probes over HTTP.
type Service struct {
	config   Config
	logger   *slog.Logger
	is       info
	mux      *http.ServeMux
	server   *http.Server
	ready    atomic.Bool
	stopping atomic.Bool
	// failed gets why the server ended when nobody asked it to.
	failed chan error
}

func newService(config Config, logger *slog.Logger, is info, now func() time.Time) *Service {
	s := &Service{
		config: config,
		logger: logger,
		is:     is,
		mux:    http.NewServeMux(),
		failed: make(chan error, 1),
	}
	s.server = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	for pattern, answer := range routes(is, now) {
		s.handle(pattern, answer)
	}
	s.handle("GET /healthz", func(*http.Request) (any, error) {
		return map[string]string{"status": "ok"}, nil
	})
	s.mux.HandleFunc("GET /readyz", s.answerReadiness)
	s.mux.HandleFunc("/", s.refuse)
	return s
}

// start listens and serves in the background, and gives the port.
func (s *Service) start() (int, error) {
	address := net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port))
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return 0, err
	}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	s.ready.Store(true)
	_, text, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return 0, err
	}
	port, err := strconv.Atoi(text)
	s.logger.Info("listening", "name", s.is.Name, "version", s.is.Version, "host", s.config.Host, "port", port)
	return port, err
}

// stop makes it not ready, then takes no new connections, then is done. False when requests had to be cut off.
func (s *Service) stop() bool {
	// Load balancers learn from the readiness probe; until they have, requests still arrive.
	s.ready.Store(false)
	s.stopping.Store(true)
	s.logger.Info("stopping", "delayMs", s.config.ShutdownDelay.Milliseconds())
	time.Sleep(s.config.ShutdownDelay)
	timeout, cancel := context.WithTimeout(context.Background(), s.config.DrainTimeout)
	defer cancel()
	drained := s.server.Shutdown(timeout) == nil
	if !drained {
		s.logger.Warn("requests were cut off", "drainTimeoutMs", s.config.DrainTimeout.Milliseconds())
		if err := s.server.Close(); err != nil {
			s.logger.Warn("connections did not close", "error", err.Error())
		}
	}
	s.logger.Info("stopped")
	return drained
}
