package main

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"time"
)

// poolOf reads a bundle as Kubernetes components do; an empty text is an empty pool.
func poolOf(text, what string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if text != "" && !pool.AppendCertsFromPEM([]byte(text)) {
		return nil, fmt.Errorf("%s: no certificate found", what)
	}
	return pool, nil
}

func usagesOf(names []string) ([]x509.ExtKeyUsage, error) {
	if len(names) == 0 {
		return []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, nil
	}
	usages := []x509.ExtKeyUsage{}
	for _, name := range names {
		found := false
		for usage, known := range usageNames {
			if known == name {
				usages, found = append(usages, usage), true
			}
		}
		if !found {
			return nil, fmt.Errorf("unknown usage %q", name)
		}
	}
	return usages, nil
}

func verify(c command) (map[string]any, error) {
	leaves, _, err := certificates(c.Leaf)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		return nil, errors.New("leaf: no certificate found")
	}
	roots, err := poolOf(c.Roots, "roots")
	if err != nil {
		return nil, err
	}
	intermediates, err := poolOf(c.Intermediates, "intermediates")
	if err != nil {
		return nil, err
	}
	usages, err := usagesOf(c.Usage)
	if err != nil {
		return nil, err
	}
	options := x509.VerifyOptions{DNSName: c.DNSName, Roots: roots, Intermediates: intermediates, KeyUsages: usages}
	if c.Time != "" {
		if options.CurrentTime, err = time.Parse(time.RFC3339, c.Time); err != nil {
			return nil, err
		}
	}
	for _, text := range c.Policies {
		policy, err := x509.ParseOID(text)
		if err != nil {
			return nil, err
		}
		options.CertificatePolicies = append(options.CertificatePolicies, policy)
	}
	chains, err := leaves[0].Verify(options)
	if err != nil {
		return nil, err
	}
	lengths := []int{}
	for _, chain := range chains {
		lengths = append(lengths, len(chain))
	}
	return map[string]any{"chainLengths": lengths}, nil
}

func keypair(c command) (map[string]any, error) {
	pair, err := tls.X509KeyPair([]byte(c.Cert), []byte(c.Key))
	if err != nil {
		return nil, err
	}
	return map[string]any{"certificates": len(pair.Certificate)}, nil
}

func pool(c command) (map[string]any, error) {
	pool := x509.NewCertPool()
	appended := pool.AppendCertsFromPEM([]byte(c.PEM))
	//lint:ignore SA1019 Subjects is deprecated for system pools only, and this is none
	return map[string]any{"appended": appended, "count": len(pool.Subjects())}, nil
}

var keyParsers = map[string]func([]byte) (any, error){
	"RSA PRIVATE KEY": func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
	"EC PRIVATE KEY":  func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	"PRIVATE KEY":     x509.ParsePKCS8PrivateKey,
	"PUBLIC KEY":      x509.ParsePKIXPublicKey,
}

func key(c command) (map[string]any, error) {
	block, _ := pem.Decode([]byte(c.PEM))
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	parser, known := keyParsers[block.Type]
	if !known {
		return nil, fmt.Errorf("no key: PEM label %q", block.Type)
	}
	parsed, err := parser(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, private := parsed.(crypto.Signer)
	if private {
		parsed = signer.Public()
	}
	spki, err := x509.MarshalPKIXPublicKey(parsed)
	if err != nil {
		return nil, err
	}
	facts := publicKeyFacts(parsed)
	facts["label"], facts["private"] = block.Type, private
	facts["publicKey"] = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	return facts, nil
}

func csr(c command) (map[string]any, error) {
	block, _ := pem.Decode([]byte(c.PEM))
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, err
	}
	if err := request.CheckSignature(); err != nil {
		return nil, err
	}
	subject, err := nameFacts(request.RawSubject)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{
		"label": block.Type, "subject": subject, "sans": []san{}, "publicKey": publicKeyFacts(request.PublicKey),
		"signatureAlgorithm": request.SignatureAlgorithm.String(),
	}
	list := []extension{}
	for _, e := range request.Extensions {
		list = append(list, extension{e.Id.String(), e.Critical})
		if e.Id.String() == "2.5.29.17" {
			if facts["sans"], err = sanFacts(e.Value); err != nil {
				return nil, err
			}
		}
	}
	facts["extensions"] = list
	return facts, nil
}

// endpoint is one side of a handshake; CAs is what it trusts the other side by.
type endpoint struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
	CAs  string `json:"cas"`
}

func (e endpoint) config(side string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true}
	if e.Cert != "" {
		pair, err := tls.X509KeyPair([]byte(e.Cert), []byte(e.Key))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", side, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	pool, err := poolOf(e.CAs, side+" CAs")
	config.RootCAs, config.ClientCAs = pool, pool
	return config, err
}

// exchange completes a handshake and moves one byte from server to client: in TLS 1.3 a client learns only from the
// first read that the server refused its certificate.
func exchange(conn *tls.Conn, isServer bool) error {
	// The pipe itself is closed: tls.Conn.Close waits for the peer to read its close_notify, which nobody here does.
	defer conn.NetConn().Close()
	if err := conn.Handshake(); err != nil {
		return err
	}
	one := []byte{1}
	if isServer {
		_, err := conn.Write(one)
		return err
	}
	_, err := conn.Read(one)
	return err
}

// buffered lets a side write while the other does not read yet, as a socket does: else a server that refuses a
// certificate and a client that is still sending wait for each other.
type buffered struct {
	net.Conn
	queue chan []byte
}

func newBuffered(conn net.Conn) *buffered {
	queue := make(chan []byte, 64)
	go func() {
		defer conn.Close()
		for data := range queue {
			if _, err := conn.Write(data); err != nil {
				return
			}
		}
	}()
	return &buffered{conn, queue}
}

func (b *buffered) Write(data []byte) (int, error) {
	b.queue <- append([]byte(nil), data...)
	return len(data), nil
}

// Close ends the side when all that it has written is sent.
func (b *buffered) Close() error {
	close(b.queue)
	return nil
}

func text(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}

func handshake(c command) (map[string]any, error) {
	serverConfig, err := c.Server.config("server")
	if err != nil {
		return nil, err
	}
	clientConfig, err := c.Client.config("client")
	if err != nil {
		return nil, err
	}
	serverConfig.ClientAuth = tls.RequireAndVerifyClientCert
	clientConfig.ServerName = c.ServerName
	serverPipe, clientPipe := net.Pipe()
	deadline := time.Now().Add(20 * time.Second)
	_, _ = serverPipe.SetDeadline(deadline), clientPipe.SetDeadline(deadline)
	served := make(chan error, 1)
	go func() { served <- exchange(tls.Server(newBuffered(serverPipe), serverConfig), true) }()
	clientErr := exchange(tls.Client(newBuffered(clientPipe), clientConfig), false)
	serverErr := <-served
	if clientErr == nil && serverErr == nil {
		return map[string]any{"server": nil, "client": nil}, nil
	}
	return map[string]any{"ok": false, "error": "handshake refused", "server": text(serverErr), "client": text(clientErr)}, nil
}
