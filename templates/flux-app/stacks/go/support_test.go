package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"
)

// logLines collects what a service logs; it may write while a test reads.
type logLines struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *logLines) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

// find gives the first line with these fields, or nil.
func (l *logLines) find(t *testing.T, fields map[string]any) map[string]any {
	t.Helper()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	decoder := json.NewDecoder(bytes.NewReader(l.text.Bytes()))
	for decoder.More() {
		var line map[string]any
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("a line of the log is not JSON: %v", err)
		}
		matches := true
		for name, value := range fields {
			matches = matches && line[name] == value
		}
		if matches {
			return line
		}
	}
	return nil
}

type runningService struct {
	*Service
	url string
	log *logLines
}

// runService starts a service on a free port, with routes of the test beside its own.
func runService(t *testing.T, config Config, more map[string]route) runningService {
	t.Helper()
	log := &logLines{}
	config.Host = "127.0.0.1"
	at := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	service := newService(config, newLogger(log, slog.LevelDebug), info{"under-test", "1.2.3"},
		func() time.Time { return at })
	for pattern, answer := range more {
		service.handle(pattern, answer)
	}
	port, err := service.start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return runningService{service, fmt.Sprintf("http://127.0.0.1:%d", port), log}
}

type reply struct {
	status int
	header http.Header
	body   string
}

// send asks on a connection of its own.
func send(ctx context.Context, method, url string, header http.Header) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return reply{}, err
	}
	request.Header = header
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return reply{}, err
	}
	body, err := io.ReadAll(response.Body)
	if closed := response.Body.Close(); err == nil {
		err = closed
	}
	return reply{response.StatusCode, response.Header, string(body)}, err
}

func get(t *testing.T, url string) reply {
	t.Helper()
	got, err := send(t.Context(), http.MethodGet, url, http.Header{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
