package main

import (
	"net/http"
	"net/url"
	"time"
)

// info says what this service is.
type info struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A route gives what becomes the JSON body, or an error: a problem is told to the client, any other only to the log.
type route func(*http.Request) (any, error)

// A problem is an error that the client may read.
type problem struct {
	status  int
	message string
}

func (p problem) Error() string { return p.message }

// routes are what this service is for, by pattern of http.ServeMux. Health is not here: it belongs to the server.
func routes(is info, now func() time.Time) map[string]route {
	return map[string]route{
		"GET /{$}":      func(*http.Request) (any, error) { return is, nil },
		"GET /api/time": func(r *http.Request) (any, error) { return timeInZone(r, now()) },
	}
}

type timeAnswer struct {
	Zone  string `json:"zone"`
	ISO   string `json:"iso"`
	Local string `json:"local"`
}

// timeInZone is the example to replace with what this service is for.
func timeInZone(r *http.Request, at time.Time) (any, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, problem{http.StatusBadRequest, "The address is not valid"}
	}
	zone := "UTC"
	if query.Has("zone") {
		zone = query.Get("zone")
	}
	location, err := time.LoadLocation(zone)
	// Two names mean something to Go alone.
	if err != nil || zone == "" || zone == "Local" {
		return nil, problem{
			http.StatusBadRequest,
			"zone must be the name of a time zone, for example Europe/Berlin",
		}
	}
	return timeAnswer{
		Zone:  zone,
		ISO:   at.UTC().Format("2006-01-02T15:04:05.000Z07:00"),
		Local: at.In(location).Format("Monday, 2 January 2006 at 15:04:05 MST"),
	}, nil
}
