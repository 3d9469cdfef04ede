"""The settings of the model: what is refused at start, and a certificate of the office's own authority."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from langchain_core.messages import HumanMessage
from pydantic import ValidationError

from corpus.errors import ConfigurationError
from rag.compose.remote import LlmSettings, composer_of, endpoint_of
from rag.errors import GeneratorUnavailableError
from tests.rag.compose.endpoint_stub import saying, serving


def test_without_an_address_there_is_no_model() -> None:
    assert composer_of(LlmSettings()) is None


def test_a_missing_library_is_told_in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(ConfigurationError, match="必要なライブラリがありません"):
        composer_of(LlmSettings(base_url="http://model.example/v1", model="m"))


@pytest.mark.parametrize(
    "given",
    [
        {"base_url": "http://model.example/v1"},
        {"base_url": "ftp://model.example/v1", "model": "m"},
        {"base_url": "http://name:secret@model.example/v1", "model": "m"},
        {"departments": ["福祉課"]},
        {"ceiling": "everything"},
        {"ceilling": "staff"},
        {"total_s": 0},
    ],
)
def test_what_cannot_be_meant_stops_the_start(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LlmSettings.model_validate(given)


def test_the_key_is_not_in_the_settings_as_text() -> None:
    llm = LlmSettings.model_validate({"base_url": "http://x/v1", "model": "m", "api_key": "sk-secret"})
    assert "sk-secret" not in f"{llm!r} {llm} {llm.model_dump_json()}"


def test_a_name_that_is_not_known_is_decided_quickly() -> None:
    pytest.importorskip("langchain_openai", reason="the extra llm is not installed")
    endpoint = endpoint_of(LlmSettings(base_url="http://nobody.invalid/v1", model="m"))
    with pytest.raises(GeneratorUnavailableError):
        list(endpoint.stream([HumanMessage("x")], gone=lambda: False))


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine that nobody else has signed, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "model")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "office.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return pem, context


def test_only_a_certificate_that_is_trusted_is_spoken_to(authority: tuple[Path, ssl.SSLContext]) -> None:
    pytest.importorskip("langchain_openai", reason="the extra llm is not installed")
    pem, context = authority
    with serving(saying("はい。"), tls=context) as stub:
        trusting = LlmSettings(base_url=stub.address, model="m", ca_file=pem)
        said = endpoint_of(trusting).stream([HumanMessage("x")], gone=lambda: False)
        assert "".join(said) == "はい。"
        with pytest.raises(GeneratorUnavailableError):
            list(
                endpoint_of(LlmSettings(base_url=stub.address, model="m")).stream(
                    [HumanMessage("x")], gone=lambda: False
                )
            )
        assert len(stub.prompts) == 1
