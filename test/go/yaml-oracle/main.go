// yaml-oracle answers how Kubernetes reads and writes YAML: one JSON request a line on stdin, one JSON answer a
// line on stdout.
//
//	"text"                       the same as {"op": "decode", "text": "text"}
//	{"op": "decode", "text": T}  {"json": value} as sigs.k8s.io/yaml.YAMLToJSON gives it, or {"error": message}
//	{"op": "strict", "text": T}  the same with YAMLToJSONStrict, which refuses duplicate keys
//	{"op": "encode", "json": V}  {"text": yaml} as sigs.k8s.io/yaml.JSONToYAML gives it, or {"error": message}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type request struct {
	Op   string          `json:"op"`
	Text string          `json:"text"`
	JSON json.RawMessage `json:"json"`
}

type answer struct {
	JSON  json.RawMessage `json:"json,omitempty"`
	Text  *string         `json:"text,omitempty"`
	Error string          `json:"error,omitempty"`
}

func parse(line []byte) (request, error) {
	var text string
	if json.Unmarshal(line, &text) == nil {
		return request{Op: "decode", Text: text}, nil
	}
	var r request
	err := json.Unmarshal(line, &r)
	return r, err
}

func reply(r request) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	var out []byte
	var err error
	switch r.Op {
	case "decode":
		out, err = yaml.YAMLToJSON([]byte(r.Text))
	case "strict":
		out, err = yaml.YAMLToJSONStrict([]byte(r.Text))
	case "encode":
		out, err = yaml.JSONToYAML(r.JSON)
		if err == nil {
			text := string(out)
			return answer{Text: &text}
		}
	default:
		err = fmt.Errorf("unknown op %q", r.Op)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{JSON: out}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			r, problem := parse(line)
			if problem != nil {
				fmt.Fprintln(os.Stderr, problem)
				os.Exit(1)
			}
			if problem := encoder.Encode(reply(r)); problem != nil {
				fmt.Fprintln(os.Stderr, problem)
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}
