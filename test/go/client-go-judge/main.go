// client-go, as a program that reads kubeconfigs and asks servers: what its own loading rules make of them.
//
// Each line of standard input is a question as JSON (see question), each line of standard output the answer to it.
// No answer holds a secret: of keys, tokens and passwords there are SHA-256 sums. KUBECONFIG and HOME are those of the
// program: client-go looks at HOME when it starts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	authentication "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// What to read, and by which name.
type question struct {
	// Explicit file; else those that client-go's default rules find.
	Kubeconfig string `json:"kubeconfig"`
	// Files as KUBECONFIG lists them, for merged.
	Files []string `json:"files"`
	// Another context than the current one.
	Context string `json:"context"`
	// entries: all that is in the file, as it stands there. merged: all that is in several files, with paths that are
	// absolute. config: what a client would do. whoami: the same, and who the server says that the client is.
	Op string `json:"op"`
}

type answer struct {
	Entries *entries `json:"entries,omitempty"`
	Config  *facts   `json:"config,omitempty"`
	User    *user    `json:"user,omitempty"`
	Error   string   `json:"error,omitempty"`
}

type user struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		said, err := reply(asked)
		if err != nil {
			said = answer{Error: err.Error()}
		}
		if err := out.Encode(said); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func reply(asked question) (answer, error) {
	switch asked.Op {
	case "entries":
		raw, err := clientcmd.LoadFromFile(asked.Kubeconfig)
		if err != nil {
			return answer{}, err
		}
		return answer{Entries: entriesOf(raw)}, nil
	case "merged":
		raw, err := (&clientcmd.ClientConfigLoadingRules{Precedence: asked.Files}).Load()
		if err != nil {
			return answer{}, err
		}
		return answer{Entries: entriesOf(raw)}, nil
	case "config", "whoami":
		loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
			rules(asked), &clientcmd.ConfigOverrides{CurrentContext: asked.Context})
		config, err := loaded.ClientConfig()
		if err != nil {
			return answer{}, err
		}
		namespace, _, err := loaded.Namespace()
		if err != nil {
			return answer{}, err
		}
		return reviewed(config, namespace, asked.Op == "whoami")
	}
	return answer{}, errors.New("unknown op " + asked.Op)
}

// client-go's own rules: the explicit file, else KUBECONFIG, else the file in HOME.
func rules(asked question) *clientcmd.ClientConfigLoadingRules {
	found := clientcmd.NewDefaultClientConfigLoadingRules()
	found.ExplicitPath = asked.Kubeconfig
	return found
}

func reviewed(config *rest.Config, namespace string, ask bool) (answer, error) {
	read, err := factsOf(config, namespace)
	if err != nil || !ask {
		return answer{Config: read}, err
	}
	who, err := whoami(config)
	return answer{Config: read, User: who}, err
}

// As the typed client of authentication/v1 asks, whose package would bring all APIs with it.
func whoami(config *rest.Config) (*user, error) {
	scheme := runtime.NewScheme()
	if err := authentication.AddToScheme(scheme); err != nil {
		return nil, err
	}
	group := authentication.SchemeGroupVersion
	copied := rest.CopyConfig(config)
	copied.GroupVersion = &group
	copied.APIPath = "/apis"
	copied.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(copied)
	if err != nil {
		return nil, err
	}
	review := &authentication.SelfSubjectReview{}
	err = client.Post().Resource("selfsubjectreviews").Body(&authentication.SelfSubjectReview{}).
		Do(context.Background()).Into(review)
	if err != nil {
		return nil, err
	}
	return &user{Name: review.Status.UserInfo.Username, Groups: review.Status.UserInfo.Groups}, nil
}
