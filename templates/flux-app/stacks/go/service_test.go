package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	service := runService(t, Config{}, nil)
	const noZone = `{"error":"zone must be the name of a time zone, for example Europe/Berlin"}`
	for _, test := range []struct {
		path   string
		status int
		body   string
	}{
		{"/healthz", 200, `{"status":"ok"}`},
		{"/readyz", 200, `{"status":"ready"}`},
		{"/", 200, `{"name":"under-test","version":"1.2.3"}`},
		{
			"/api/time", 200,
			`{"zone":"UTC","iso":"2026-01-02T03:04:05.000Z","local":"Friday, 2 January 2026 at 03:04:05 UTC"}`,
		},
		{
			"/api/time?zone=Asia/Tokyo", 200,
			`{"zone":"Asia/Tokyo","iso":"2026-01-02T03:04:05.000Z","local":"Friday, 2 January 2026 at 12:04:05 JST"}`,
		},
		{"/api/time?zone=Mars/Olympus", 400, noZone},
		{"/api/time?zone=../../etc/passwd", 400, noZone},
		{"/api/time?zone=", 400, noZone},
		{"/api/time?zone=Local", 400, noZone},
		{"/api/time?zone=%zz", 400, `{"error":"The address is not valid"}`},
		{"/nothing", 404, `{"error":"Not found"}`},
		{"/api/time/more", 404, `{"error":"Not found"}`},
	} {
		got := get(t, service.url+test.path)
		if got.status != test.status || got.body != test.body {
			t.Errorf("%s: got %d %s, want %d %s", test.path, got.status, got.body, test.status, test.body)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
			t.Errorf("%s: content type is %q", test.path, kind)
		}
	}
}

func TestAnswersHeadWithoutABody(t *testing.T) {
	service := runService(t, Config{}, nil)
	got, err := send(t.Context(), http.MethodHead, service.url+"/", http.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if got.status != 200 || got.body != "" || got.header.Get("Content-Length") == "" {
		t.Errorf("got %+v", got)
	}
}

func TestRefusesOtherMethods(t *testing.T) {
	service := runService(t, Config{}, nil)
	for path, status := range map[string]int{"/": 405, "/readyz": 405, "/nothing": 404} {
		got, err := send(t.Context(), http.MethodPost, service.url+path, http.Header{})
		if err != nil {
			t.Fatal(err)
		}
		if got.status != status || !strings.HasPrefix(got.body, `{"error":"`) {
			t.Errorf("%s: got %d %s, want %d", path, got.status, got.body, status)
		}
		if allow := got.header.Get("Allow"); (status == 405) != (allow == "GET, HEAD") {
			t.Errorf("%s: allow is %q", path, allow)
		}
	}
}

func TestTellsTheLogAloneWhyItFailed(t *testing.T) {
	service := runService(t, Config{}, map[string]route{
		"GET /panics":  func(*http.Request) (any, error) { panic("the reason") },
		"GET /fails":   func(*http.Request) (any, error) { return nil, errors.New("the reason") },
		"GET /no-json": func(*http.Request) (any, error) { return func() {}, nil },
	})
	for _, path := range []string{"/panics", "/fails", "/no-json"} {
		id := "find" + strings.ReplaceAll(path, "/", "-")
		got, err := send(t.Context(), http.MethodGet, service.url+path, http.Header{"X-Request-Id": {id}})
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"error":"Internal error","requestId":"` + id + `"}`; got.status != 500 || got.body != want {
			t.Errorf("%s: got %d %s, want 500 %s", path, got.status, got.body, want)
		}
		line := service.log.find(t, map[string]any{"requestId": id, "level": "error"})
		if line == nil || line["message"] != "request failed" {
			t.Fatalf("%s: logged %v", path, line)
		}
		if why, _ := line["error"].(string); path != "/no-json" && why != "the reason" {
			t.Errorf("%s: logged the reason %q", path, why)
		}
	}
}

func TestKeepsARequestIDThatIsSafe(t *testing.T) {
	service := runService(t, Config{}, nil)
	for given, kept := range map[string]bool{
		"abc-1": true, `a b {"x":1}`: false, strings.Repeat("a", 101): false, "": false,
	} {
		got, err := send(t.Context(), http.MethodGet, service.url+"/", http.Header{"X-Request-Id": {given}})
		if err != nil {
			t.Fatal(err)
		}
		if id := got.header.Get("X-Request-Id"); (id == given) != kept || len(id) < 5 {
			t.Errorf("%q became %q", given, id)
		}
	}
}
