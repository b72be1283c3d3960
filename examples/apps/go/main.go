// A service in Go: what docs/image-contract.md asks of an app, and nothing else.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	name := os.Getenv("SERVICE_NAME")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", answer(map[string]string{"hello": name}))
	mux.HandleFunc("GET /healthz", answer(map[string]string{"status": "ok"}))
	mux.HandleFunc("GET /version", answer(map[string]string{
		"name":    name,
		"version": os.Getenv("SERVICE_VERSION"),
		"release": os.Getenv("SERVICE_RELEASE"),
	}))
	// Longer than the load balancer keeps a connection, so that it is the load balancer that closes it.
	server := &http.Server{Addr: ":" + setting("PORT", "8080"), Handler: mux, IdleTimeout: seconds("KEEP_ALIVE_SECONDS", 75)}

	// The launcher sends SIGTERM once the load balancer has noticed: finish what is in flight, and end.
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	ended := make(chan error)
	go func() {
		<-stop.Done()
		within, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		ended <- server.Shutdown(within)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-ended; err != nil {
		log.Fatal(err)
	}
}

func answer(body map[string]string) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("content-type", "application/json")
		_ = json.NewEncoder(response).Encode(body)
		if request.URL.Path == "/healthz" {
			return
		}
		line, _ := json.Marshal(map[string]any{"time": time.Now().UTC(), "path": request.URL.Path, "status": http.StatusOK})
		log.Println(string(line))
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func seconds(name string, otherwise int) time.Duration {
	if value, err := strconv.Atoi(os.Getenv(name)); err == nil {
		otherwise = value
	}
	return time.Duration(otherwise) * time.Second
}
