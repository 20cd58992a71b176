package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// request is what a certificate of a test tree is made of, in the way of kubeadm's pkiutil. It makes the judges' own
// fixtures: a tree in kubeadm's form without kubeadm.
type request struct {
	CN        string   `json:"cn"`
	O         []string `json:"o"`
	DNS       []string `json:"dns"`
	IPs       []string `json:"ips"`
	Usage     []string `json:"usage"`
	CA        bool     `json:"ca"`
	Curve     string   `json:"curve"`
	NotBefore string   `json:"notBefore"`
	NotAfter  string   `json:"notAfter"`
}

func newKey(curve string) (crypto.Signer, *pem.Block, error) {
	curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()}
	if chosen, isEC := curves[curve]; isEC {
		key, err := ecdsa.GenerateKey(chosen, rand.Reader)
		if err != nil {
			return nil, nil, err
		}
		der, err := x509.MarshalECPrivateKey(key)
		return key, &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	return key, &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}, nil
}

func (r request) template() (*x509.Certificate, error) {
	notBefore, err := time.Parse(time.RFC3339, r.NotBefore)
	if err != nil {
		return nil, err
	}
	notAfter, err := time.Parse(time.RFC3339, r.NotAfter)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 62))
	if err != nil {
		return nil, err
	}
	// The top bits keep the length constant; 127 bits as kubepki's, so that the fixture passes as either's.
	serial.SetBit(serial, 126, 1)
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: r.CN, Organization: r.O},
		DNSNames:     r.DNS, NotBefore: notBefore, NotAfter: notAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		BasicConstraintsValid: true, IsCA: r.CA,
	}
	if r.CA {
		template.KeyUsage |= x509.KeyUsageCertSign
	}
	if len(r.Usage) > 0 {
		if template.ExtKeyUsage, err = usagesOf(r.Usage); err != nil {
			return nil, err
		}
	}
	for _, text := range r.IPs {
		ip := net.ParseIP(text)
		if ip == nil {
			return nil, fmt.Errorf("no address: %q", text)
		}
		template.IPAddresses = append(template.IPAddresses, ip)
	}
	return template, nil
}

// issue makes a key and its certificate, signed by cert and key of the command, or by itself where there are none.
func issue(c command) (map[string]any, error) {
	template, err := c.Request.template()
	if err != nil {
		return nil, err
	}
	own, block, err := newKey(c.Request.Curve)
	if err != nil {
		return nil, err
	}
	parent, signer := template, any(own)
	if c.Cert != "" {
		pair, err := tls.X509KeyPair([]byte(c.Cert), []byte(c.Key))
		if err != nil {
			return nil, err
		}
		if parent, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, err
		}
		signer = pair.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, own.Public(), signer)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(own.Public())
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"cert": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		"key":  string(pem.EncodeToMemory(block)),
		"pub":  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})),
	}, nil
}
