package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"time"
)

var safeRequestID = regexp.MustCompile(`^[\w.:-]{1,100}$`)

func requestID(r *http.Request) string {
	if given := r.Header.Get("X-Request-Id"); safeRequestID.MatchString(given) {
		return given
	}
	return rand.Text()
}

type failure struct {
	Error     string `json:"error"`
	RequestID string `json:"requestId,omitempty"`
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// ServeHTTP gives each request an id and a line in the log; a panic becomes an answer that tells nothing.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	out := &recorder{ResponseWriter: w}
	id := requestID(r)
	logger := s.logger.With("requestId", id, "method", r.Method, "path", r.URL.Path)
	out.Header().Set("X-Request-Id", id)
	out.Header().Set("X-Content-Type-Options", "nosniff")
	if s.stopping.Load() {
		out.Header().Set("Connection", "close")
	}
	defer func() {
		if cause := recover(); cause != nil {
			logger.Error("request failed", "error", fmt.Sprint(cause), "stack", string(debug.Stack()))
			s.write(out, http.StatusInternalServerError, failure{"Internal error", id})
		}
		level := slog.LevelInfo
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			level = slog.LevelDebug
		}
		logger.Log(r.Context(), level, "request",
			"status", out.status, "durationMs", time.Since(started).Milliseconds())
	}()
	s.mux.ServeHTTP(out, r)
}

func (s *Service) handle(pattern string, answer route) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := answer(r)
		if told, ok := errors.AsType[problem](err); ok {
			s.write(w, told.status, failure{Error: told.message})
			return
		}
		if err != nil {
			panic(err)
		}
		s.write(w, http.StatusOK, body)
	})
}

func (s *Service) answerReadiness(w http.ResponseWriter, _ *http.Request) {
	if s.ready.Load() {
		s.write(w, http.StatusOK, map[string]string{"status": "ready"})
	} else {
		s.write(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
	}
}

// refuse answers what no route does: a known path with another method, or an unknown path.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request) {
	get := r.Clone(r.Context())
	get.Method = http.MethodGet
	if _, pattern := s.mux.Handler(get); pattern != "/" {
		w.Header().Set("Allow", "GET, HEAD")
		s.write(w, http.StatusMethodNotAllowed, failure{Error: "Only GET and HEAD are answered here"})
		return
	}
	s.write(w, http.StatusNotFound, failure{Error: "Not found"})
}

// write sends a body as JSON. Nothing is sent before the body is known to be one.
func (s *Service) write(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		s.logger.Debug("the client went away", "error", err.Error())
	}
}
