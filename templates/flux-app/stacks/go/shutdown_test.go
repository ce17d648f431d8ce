package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const runMain = "TEST_RUN_MAIN"

// TestMain lets this test binary be the service, so that tests can send it signals.
func TestMain(m *testing.M) {
	if os.Getenv(runMain) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestFinishesRequestsUnderWay(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	service := runService(t, Config{DrainTimeout: time.Minute}, map[string]route{
		"GET /slow": func(*http.Request) (any, error) {
			close(arrived)
			<-release
			return "done", nil
		},
	})
	slow, stopped := make(chan reply, 1), make(chan bool, 1)
	go func() {
		got, err := send(t.Context(), http.MethodGet, service.url+"/slow", http.Header{})
		if err != nil {
			t.Error(err)
		}
		slow <- got
	}()
	<-arrived
	go func() { stopped <- service.stop() }()
	for !service.stopping.Load() {
		time.Sleep(time.Millisecond)
	}
	close(release)
	if got := <-slow; got.status != 200 || got.body != `"done"` {
		t.Errorf("got %+v", got)
	}
	if !<-stopped {
		t.Error("stopping said that it cut requests off")
	}
	if _, err := send(t.Context(), http.MethodGet, service.url, http.Header{}); err == nil {
		t.Error("it still answers")
	}
}

func TestIsNotReadyBeforeItStopsToListen(t *testing.T) {
	service := runService(t, Config{ShutdownDelay: time.Second, DrainTimeout: time.Minute}, nil)
	stopped := make(chan bool, 1)
	go func() { stopped <- service.stop() }()
	for !service.stopping.Load() {
		time.Sleep(time.Millisecond)
	}
	if got := get(t, service.url+"/readyz"); got.status != 503 || got.body != `{"status":"stopping"}` {
		t.Errorf("readiness: got %d %s", got.status, got.body)
	}
	if got := get(t, service.url+"/"); got.status != 200 {
		t.Errorf("it does not answer any more: %d %s", got.status, got.body)
	}
	if !<-stopped {
		t.Error("stopping said that it cut requests off")
	}
}

func TestCutsOffWhatDoesNotFinishInTime(t *testing.T) {
	service := runService(t, Config{DrainTimeout: 50 * time.Millisecond}, nil)
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(service.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close() //nolint:errcheck // the other side closed it
	if _, err := fmt.Fprint(connection, "GET / HTTP/1.1\r\nHost: half a request\r\n"); err != nil {
		t.Fatal(err)
	}
	get(t, service.url+"/healthz")
	if service.stop() {
		t.Error("stopping did not say that it cut a request off")
	}
	if service.log.find(t, map[string]any{"message": "requests were cut off"}) == nil {
		t.Error("nothing was logged")
	}
	if _, err := connection.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
}

// startMain runs the service as a process; its lines come as they are logged.
func startMain(t *testing.T, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append([]string{runMain + "=1", "HOST=127.0.0.1", "PORT=0", "SHUTDOWN_DELAY_MS=0"}, env...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, bufio.NewScanner(out)
}

func TestSIGTERMEndsTheProcessWith0(t *testing.T) {
	command, lines := startMain(t, "APP_VERSION=main-1")
	var messages []string
	for lines.Scan() {
		var line struct {
			Message, Version string
			Port             int
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		messages = append(messages, line.Message)
		if line.Message == "listening" {
			if line.Version != "main-1" {
				t.Errorf("the version is %q", line.Version)
			}
			if got := get(t, fmt.Sprintf("http://127.0.0.1:%d/readyz", line.Port)); got.status != 200 {
				t.Errorf("not ready: %+v", got)
			}
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if want := []string{"listening", "signal", "stopping", "stopped"}; !slices.Equal(messages, want) {
		t.Errorf("logged %v, want %v", messages, want)
	}
}

func TestAWrongConfigurationEndsTheProcessWith1(t *testing.T) {
	command, lines := startMain(t, "PORT=eighty")
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text())
	}
	if err := command.Wait(); command.ProcessState.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if !strings.Contains(said.String(), "PORT must be a whole number") {
		t.Errorf("it said %s", said.String())
	}
}
