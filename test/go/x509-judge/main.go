// Command x509-judge says what Go's crypto/x509 and crypto/tls make of certificates and keys, and net/url of URLs.
// It reads one JSON command a line from standard input and answers one JSON object a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
)

// command is the union of the fields of all operations; each reads its own.
type command struct {
	Op            string   `json:"op"`
	PEM           string   `json:"pem"`
	Cert          string   `json:"cert"`
	Key           string   `json:"key"`
	Leaf          string   `json:"leaf"`
	Intermediates string   `json:"intermediates"`
	Roots         string   `json:"roots"`
	DNSName       string   `json:"dnsName"`
	Policies      []string `json:"policies"`
	Usage         []string `json:"usage"`
	Time          string   `json:"time"`
	Server        endpoint `json:"server"`
	Client        endpoint `json:"client"`
	ServerName    string   `json:"serverName"`
	Request       request  `json:"request"`
	URL           string   `json:"url"`
}

// answer of an operation that failed: a failure is data, the program itself goes on.
func failure(err error) map[string]any { return map[string]any{"ok": false, "error": err.Error()} }

var operations = map[string]func(command) (map[string]any, error){
	"parse":     parse,
	"verify":    verify,
	"keypair":   keypair,
	"handshake": handshake,
	"pool":      pool,
	"key":       key,
	"csr":       csr,
	"issue":     issue,
	"url":       parseURL,
}

// parseURL says what net/url reads in a URL.
func parseURL(c command) (map[string]any, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	return map[string]any{"scheme": u.Scheme, "host": u.Host}, nil
}

func answer(line []byte) (result map[string]any) {
	defer func() {
		if r := recover(); r != nil {
			result = failure(fmt.Errorf("panic: %v", r))
		}
	}()
	var c command
	if err := json.Unmarshal(line, &c); err != nil {
		return failure(err)
	}
	operation, known := operations[c.Op]
	if !known {
		return failure(fmt.Errorf("unknown op %q", c.Op))
	}
	fields, err := operation(c)
	if err != nil {
		return failure(err)
	}
	if _, said := fields["ok"]; !said {
		fields["ok"] = true
	}
	return fields
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if encodeErr := out.Encode(answer(line)); encodeErr != nil {
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}
