package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

type attribute struct {
	Type  string `json:"type"`
	Tag   string `json:"tag"`
	Value string `json:"value"`
}

type san struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type extension struct {
	OID      string `json:"oid"`
	Critical bool   `json:"critical"`
}

var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.10": "O", "2.5.4.11": "OU",
}

var stringTags = map[int]string{
	asn1.TagUTF8String: "UTF8String", asn1.TagPrintableString: "PrintableString", asn1.TagIA5String: "IA5String",
	asn1.TagT61String: "T61String", asn1.TagBMPString: "BMPString", asn1.TagNumericString: "NumericString",
}

var keyUsageNames = []string{
	"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

var usageNames = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageAny: "any", x509.ExtKeyUsageServerAuth: "serverAuth", x509.ExtKeyUsageClientAuth: "clientAuth",
	x509.ExtKeyUsageCodeSigning: "codeSigning", x509.ExtKeyUsageEmailProtection: "emailProtection",
	x509.ExtKeyUsageTimeStamping: "timeStamping", x509.ExtKeyUsageOCSPSigning: "ocspSigning",
}

type rawAttribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

type rdnSET []rawAttribute

// nameFacts keeps what pkix.Name loses: the order of the RDNs and each attribute's string type.
func nameFacts(raw []byte) ([][]attribute, error) {
	var sequence []rdnSET
	if rest, err := asn1.Unmarshal(raw, &sequence); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("name: %v (%d bytes left)", err, len(rest))
	}
	facts := make([][]attribute, 0, len(sequence))
	for _, set := range sequence {
		rdn := make([]attribute, 0, len(set))
		for _, a := range set {
			name, known := attributeNames[a.Type.String()]
			if !known {
				name = a.Type.String()
			}
			tag, known := stringTags[a.Value.Tag]
			if !known {
				tag = fmt.Sprintf("tag %d", a.Value.Tag)
			}
			rdn = append(rdn, attribute{name, tag, string(a.Value.Bytes)})
		}
		facts = append(facts, rdn)
	}
	return facts, nil
}

var sanKinds = map[int]string{0: "otherName", 1: "email", 2: "DNS", 3: "x400", 4: "dirName", 5: "ediParty", 6: "URI", 7: "IP", 8: "RID"}

// sanFacts walks the extension itself: Go sorts the names into four lists and so loses their order.
func sanFacts(value []byte) ([]san, error) {
	var names []asn1.RawValue
	if rest, err := asn1.Unmarshal(value, &names); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("subjectAltName: %v (%d bytes left)", err, len(rest))
	}
	facts := make([]san, 0, len(names))
	for _, n := range names {
		text := string(n.Bytes)
		switch n.Tag {
		case 7:
			text = net.IP(n.Bytes).String()
		case 0, 3, 4, 5, 8:
			text = hex.EncodeToString(n.Bytes)
		}
		facts = append(facts, san{sanKinds[n.Tag], text})
	}
	return facts, nil
}

type authorityKeyID struct {
	ID     []byte        `asn1:"optional,tag:0"`
	Issuer asn1.RawValue `asn1:"optional,tag:1"`
	Serial asn1.RawValue `asn1:"optional,tag:2"`
}

func akiFacts(value []byte) (map[string]any, error) {
	var aki authorityKeyID
	if rest, err := asn1.Unmarshal(value, &aki); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("authorityKeyIdentifier: %v (%d bytes left)", err, len(rest))
	}
	return map[string]any{
		"keyId":     hex.EncodeToString(aki.ID),
		"hasIssuer": len(aki.Issuer.FullBytes) > 0,
		"hasSerial": len(aki.Serial.FullBytes) > 0,
	}, nil
}

func publicKeyFacts(public any) map[string]any {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return map[string]any{"type": "RSA", "size": k.N.BitLen(), "exponent": k.E}
	case *ecdsa.PublicKey:
		return map[string]any{"type": "ECDSA", "size": k.Curve.Params().BitSize, "curve": k.Curve.Params().Name}
	case ed25519.PublicKey:
		return map[string]any{"type": "Ed25519", "size": 256}
	}
	return map[string]any{"type": fmt.Sprintf("%T", public), "size": 0}
}

func keyUsages(usage x509.KeyUsage) []string {
	names := []string{}
	for bit, name := range keyUsageNames {
		if usage&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func extKeyUsages(c *x509.Certificate) []string {
	names := []string{}
	for _, usage := range c.ExtKeyUsage {
		name, known := usageNames[usage]
		if !known {
			name = fmt.Sprintf("go:%d", usage)
		}
		names = append(names, name)
	}
	for _, oid := range c.UnknownExtKeyUsage {
		names = append(names, oid.String())
	}
	return names
}

func certificateFacts(c *x509.Certificate) (map[string]any, error) {
	subject, err := nameFacts(c.RawSubject)
	if err != nil {
		return nil, err
	}
	issuer, err := nameFacts(c.RawIssuer)
	if err != nil {
		return nil, err
	}
	fingerprint := sha256.Sum256(c.Raw)
	spki := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	facts := map[string]any{
		"version": c.Version, "subject": subject, "issuer": issuer,
		"serial": c.SerialNumber.Text(16), "serialBits": c.SerialNumber.BitLen(), "serialSign": c.SerialNumber.Sign(),
		"notBefore": c.NotBefore.UTC().Format(time.RFC3339), "notAfter": c.NotAfter.UTC().Format(time.RFC3339),
		"sans": []san{}, "keyUsage": keyUsages(c.KeyUsage), "extKeyUsage": extKeyUsages(c),
		"basicConstraints": nil, "ski": hex.EncodeToString(c.SubjectKeyId), "aki": nil,
		"signatureAlgorithm": c.SignatureAlgorithm.String(), "publicKey": publicKeyFacts(c.PublicKey),
		"sha256": hex.EncodeToString(fingerprint[:]), "spkiSha256": hex.EncodeToString(spki[:]),
	}
	if c.BasicConstraintsValid {
		pathLen := any(nil)
		if c.MaxPathLen > 0 || c.MaxPathLenZero {
			pathLen = c.MaxPathLen
		}
		facts["basicConstraints"] = map[string]any{"ca": c.IsCA, "pathLen": pathLen}
	}
	return facts, extensionFacts(c, facts)
}

func extensionFacts(c *x509.Certificate, facts map[string]any) error {
	list := []extension{}
	for _, e := range c.Extensions {
		list = append(list, extension{e.Id.String(), e.Critical})
		var err error
		switch e.Id.String() {
		case "2.5.29.17":
			facts["sans"], err = sanFacts(e.Value)
		case "2.5.29.35":
			facts["aki"], err = akiFacts(e.Value)
		}
		if err != nil {
			return err
		}
	}
	facts["extensions"] = list
	return nil
}

func certificates(text string) ([]*x509.Certificate, []string, error) {
	found, labels := []*x509.Certificate{}, []string{}
	rest := []byte(text)
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		labels = append(labels, block.Type)
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, c)
	}
	if strings.TrimSpace(string(rest)) != "" {
		return nil, nil, errors.New("text after the last PEM block")
	}
	return found, labels, nil
}

func parse(c command) (map[string]any, error) {
	found, labels, err := certificates(c.PEM)
	if err != nil {
		return nil, err
	}
	list := make([]map[string]any, 0, len(found))
	for _, one := range found {
		facts, err := certificateFacts(one)
		if err != nil {
			return nil, err
		}
		list = append(list, facts)
	}
	return map[string]any{"certificates": list, "labels": labels}, nil
}
