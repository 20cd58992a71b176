"""Lints many certificates in one process: `lint_pkix_cert lint` takes one file and a second to start.

Reads paths of PEM files, one a line; writes one JSON object a finding. The validators are those that pkilint's own
pkilint/bin/lint_pkix_cert.py puts together.
"""

import json
import sys

from pkilint import loader
from pkilint.pkix import certificate, extension, name


def make_validator():
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def findings(validator, path):
    with open(path, "r", encoding="ascii") as f:
        document = loader.RFC5280CertificateDocumentLoader().load_pem_document(f.read(), path)
    for result in validator.validate(document.root):
        for description in result.finding_descriptions:
            yield {
                "file": path,
                "lint": description.finding.code,
                "severity": description.finding.severity.name,
                "detail": f"{result.node.path}: {description.message or ''}",
            }


def main():
    validator = make_validator()
    for path in sys.stdin.read().splitlines():
        for finding in findings(validator, path):
            print(json.dumps(finding))


main()
