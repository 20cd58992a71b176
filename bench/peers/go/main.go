// The peer of the benchmarks: Go's crypto/x509, as kubeadm uses it. Prints nanoseconds per operation.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func template(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 158))
	check(err)
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-5 * time.Minute), NotAfter: now.Add(8760 * time.Hour), BasicConstraintsValid: true,
	}
}

func main() {
	if !strings.HasSuffix(os.Args[1], "-all-cores") {
		runtime.GOMAXPROCS(1)
	}
	count, err := strconv.Atoi(os.Args[2])
	check(err)
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	ca := template("kubernetes")
	ca.IsCA, ca.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	check(err)
	ca, err = x509.ParseCertificate(der)
	check(err)

	issue := func() []byte {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		check(err)
		leaf := template("web")
		leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		leaf.DNSNames, leaf.IPAddresses = []string{"web.internal"}, []net.IP{net.IPv4(10, 0, 0, 7)}
		der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
		check(err)
		keyDer, err := x509.MarshalECPrivateKey(key)
		check(err)
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDer})
		return der
	}
	leaf := issue()

	work := map[string]func(){
		"leaf": func() { issue() },
		"parse": func() {
			_, err := x509.ParseCertificate(leaf)
			check(err)
		},
		"rsa2048-all-cores": func() {
			_, err := rsa.GenerateKey(rand.Reader, 2048)
			check(err)
		},
	}[os.Args[1]]
	for range count / 10 {
		work()
	}
	start := time.Now()
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		all.Go(func() {
			for i := worker; i < count; i += workers {
				work()
			}
		})
	}
	all.Wait()
	fmt.Println(time.Since(start).Nanoseconds() / int64(count))
}
