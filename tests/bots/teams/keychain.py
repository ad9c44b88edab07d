"""Keys and certificates that live as long as a test."""

from __future__ import annotations

import base64
import datetime
import ipaddress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


def new_key() -> rsa.RSAPrivateKey:
    """Make a signing key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


FIRST_KEY = new_key()
"""Made once: it takes a tenth of a second."""


def public_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    """Return the public half as Bot Framework publishes it."""
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "use": "sig", "n": _base64(numbers.n), "e": _base64(numbers.e)}


def write_certificate(folder: Path) -> None:
    """Make a throw-away authority (ca.pem) and a certificate of its (cert.pem, key.pem) for 127.0.0.1."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = new_key(), new_key()
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "checkpost test authority")])

    def certificate(name: x509.Name, public: Any, ca: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder(ca_name, name, public, x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        # Python 3.13 checks certificates strictly (RFC 5280): who signed, who is signed, and what the key may do
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
        builder = builder.add_extension(signer, critical=False)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        builder = builder.add_extension(_usage(ca), critical=True)
        if not ca:
            address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        return builder.sign(ca_key, hashes.SHA256())

    (folder / "ca.pem").write_bytes(_pem(certificate(ca_name, ca_key.public_key(), True)))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    (folder / "cert.pem").write_bytes(_pem(certificate(name, key.public_key(), False)))
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*formats))


def _usage(ca: bool) -> x509.KeyUsage:
    """Say that an authority signs certificates, and a server's key signs and enciphers."""
    return x509.KeyUsage(
        digital_signature=not ca,
        key_encipherment=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _base64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
