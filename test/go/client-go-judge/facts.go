package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
)

// What a file says, by name.
type entries struct {
	CurrentContext string                  `json:"currentContext"`
	Clusters       map[string]clusterEntry `json:"clusters"`
	Users          map[string]userEntry    `json:"users"`
	Contexts       map[string]contextEntry `json:"contexts"`
}

type clusterEntry struct {
	Server        string `json:"server"`
	TLSServerName string `json:"tlsServerName"`
	Insecure      bool   `json:"insecure"`
	CAFile        string `json:"caFile"`
	CAData        string `json:"caData"`
	ProxyURL      string `json:"proxyUrl"`
}

type userEntry struct {
	CertFile  string   `json:"certFile"`
	CertData  string   `json:"certData"`
	KeyFile   string   `json:"keyFile"`
	KeyData   string   `json:"keyData"`
	Token     string   `json:"token"`
	TokenFile string   `json:"tokenFile"`
	Username  string   `json:"username"`
	Password  string   `json:"password"`
	As        string   `json:"as"`
	AsUID     string   `json:"asUid"`
	AsGroups  []string `json:"asGroups"`
	Exec      *program `json:"exec"`
}

type program struct {
	Command string      `json:"command"`
	Args    []string    `json:"args"`
	Env     [][2]string `json:"env"`
}

type contextEntry struct {
	Cluster   string `json:"cluster"`
	User      string `json:"user"`
	Namespace string `json:"namespace"`
}

func entriesOf(raw *api.Config) *entries {
	all := &entries{
		CurrentContext: raw.CurrentContext,
		Clusters:       map[string]clusterEntry{},
		Users:          map[string]userEntry{},
		Contexts:       map[string]contextEntry{},
	}
	for name, one := range raw.Clusters {
		all.Clusters[name] = clusterEntry{
			one.Server, one.TLSServerName, one.InsecureSkipTLSVerify, one.CertificateAuthority,
			sum(one.CertificateAuthorityData), one.ProxyURL,
		}
	}
	for name, one := range raw.AuthInfos {
		all.Users[name] = userEntry{
			one.ClientCertificate, sum(one.ClientCertificateData), one.ClientKey, sum(one.ClientKeyData),
			sum([]byte(one.Token)), one.TokenFile, one.Username, sum([]byte(one.Password)),
			one.Impersonate, one.ImpersonateUID, listed(one.ImpersonateGroups), programOf(one.Exec),
		}
	}
	for name, one := range raw.Contexts {
		all.Contexts[name] = contextEntry{one.Cluster, one.AuthInfo, one.Namespace}
	}
	return all
}

// What a client would do.
type facts struct {
	Server        string              `json:"server"`
	Namespace     string              `json:"namespace"`
	TLSServerName string              `json:"tlsServerName"`
	Insecure      bool                `json:"insecure"`
	ProxyURL      string              `json:"proxyUrl"`
	CA            string              `json:"ca"`
	Certificate   string              `json:"certificate"`
	Key           string              `json:"key"`
	Token         string              `json:"token"`
	Username      string              `json:"username"`
	Password      string              `json:"password"`
	As            string              `json:"as"`
	AsUID         string              `json:"asUid"`
	AsGroups      []string            `json:"asGroups"`
	AsExtra       map[string][]string `json:"asExtra"`
	Exec          *program            `json:"exec"`
}

func factsOf(config *rest.Config, namespace string) (*facts, error) {
	proxy, err := proxyOf(config)
	if err != nil {
		return nil, err
	}
	copied := rest.CopyConfig(config)
	// Files become data, as they do for a connection.
	if err := rest.LoadTLSFiles(copied); err != nil {
		return nil, err
	}
	extra := copied.Impersonate.Extra
	if extra == nil {
		extra = map[string][]string{}
	}
	return &facts{
		Server: copied.Host, Namespace: namespace, TLSServerName: copied.ServerName, Insecure: copied.Insecure,
		ProxyURL: proxy, CA: sum(copied.CAData), Certificate: sum(copied.CertData), Key: sum(copied.KeyData),
		Token: sum([]byte(copied.BearerToken)), Username: copied.Username, Password: sum([]byte(copied.Password)),
		As: copied.Impersonate.UserName, AsUID: copied.Impersonate.UID, AsGroups: listed(copied.Impersonate.Groups),
		AsExtra: extra, Exec: programOf(copied.ExecProvider),
	}, nil
}

func proxyOf(config *rest.Config) (string, error) {
	if config.Proxy == nil {
		return "", nil
	}
	request, err := http.NewRequest(http.MethodGet, "https://192.0.2.1", nil)
	if err != nil {
		return "", err
	}
	proxy, err := config.Proxy(request)
	if err != nil || proxy == nil {
		return "", err
	}
	return proxy.String(), nil
}

func programOf(exec *api.ExecConfig) *program {
	if exec == nil {
		return nil
	}
	found := &program{exec.Command, listed(exec.Args), [][2]string{}}
	for _, one := range exec.Env {
		found.Env = append(found.Env, [2]string{one.Name, one.Value})
	}
	return found
}

func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// The SHA-256 sum of what there is; ” for nothing.
func sum(data []byte) string {
	if len(data) == 0 {
		return ""
	}
	hash := sha256.Sum256(data)
	return hex.EncodeToString(hash[:])
}
