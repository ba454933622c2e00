"""The evidence vault in an object store that speaks the S3 protocol: one object per content, named by its digest."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, Self, cast

from spbe_core.errors import InputError, StoreError
from spbe_core.ports import Deposit, Inspection
from spbe_core.storage.content import copied, has_digest, hex_of
from spbe_core.storage.s3_address import S3Address

_PART: Final = 8 << 20
"""Bytes sent at a time; content up to this size also needs no local disk."""
_ABANDONED_AFTER: Final = timedelta(days=1)
_LIMITS: Final = {"connect_timeout": 5, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 3}}
_CODES: Final = {
    "NoSuchBucket": "vault-bucket-missing",
    "PermanentRedirect": "vault-region-wrong",
    "AuthorizationHeaderMalformed": "vault-region-wrong",
    "301": "vault-region-wrong",
    "AccessDenied": "vault-denied",
    "AllAccessDisabled": "vault-denied",
    "ExpiredToken": "vault-denied",
    "InvalidAccessKeyId": "vault-denied",
    "InvalidToken": "vault-denied",
    "SignatureDoesNotMatch": "vault-denied",
    "403": "vault-denied",
}


class S3Vault:
    """Content of evidence in a bucket, streamed in constant memory.

    Content is kept aside on the local disk until its digest is known, in a file without a name that vanishes with
    the process. An object comes into being whole or not at all, and is read back before its digest is returned.

    Args:
        client: of ``boto3``, for S3.
        place: where the objects lie.
    """

    def __init__(self, client: Any, place: S3Address) -> None:
        self._client = client
        self._bucket = place.bucket
        self._prefix = f"{place.prefix}sha256/"
        self._name = str(place)

    @classmethod
    def at(cls, url: str) -> Self:
        """Return the vault that a URL names, without reaching for it.

        Args:
            url: ``s3://BUCKET/PREFIX?endpoint=URL&region=REGION``; prefix, endpoint and region may be left out.
                Credentials are found where the tools of the provider find theirs: environment, profile, machine role.

        Raises:
            InputError: ``vault-url-malformed``, or ``extra-missing`` where ``spbe-core[s3]`` is not installed.
            StoreError: ``vault-failed`` where the environment's own settings contradict themselves.
        """
        place = S3Address.parse(url)
        boto3, config = _library("boto3.session"), _library("botocore.config")
        # The content is verified by its digest, so checksums that not every store understands are not asked for.
        settings = config.Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if place.endpoint else "auto"},
            **_LIMITS,
        )
        with _failures(str(place)):
            try:
                client = boto3.Session().client(
                    "s3", endpoint_url=place.endpoint, region_name=place.region, config=settings
                )
            except ValueError:
                raise InputError("vault-url-malformed", vault=place) from None
        return cls(client, place)

    def put(self, source: BinaryIO, limit: int | None = None, inspect: Inspection | None = None) -> Deposit:
        """Store content and return its digest once it was read back from the store."""
        with _failures(self._name), closing(_aside()) as aside:
            deposit = copied(source, aside, limit)
            if inspect is not None:
                aside.seek(0)
                inspect(aside, deposit)
            if not self.verify(deposit.digest):
                aside.seek(0)
                self._upload(aside, str(self._key(deposit.digest)), deposit.size)
                if not self.verify(deposit.digest):
                    raise StoreError("content-changed", digest=deposit.digest)
        return deposit

    def open(self, digest: str) -> BinaryIO:
        """Bring stored content here and open it, once it was found true."""
        with _failures(self._name):
            body = self._body(digest)
            if body is None:
                raise StoreError("content-missing", digest=digest)
            with closing(body), ExitStack() as undone:
                here = undone.enter_context(closing(_aside()))
                if copied(body, here, None).digest != digest:
                    raise StoreError("content-changed", digest=digest)
                here.seek(0)
                undone.pop_all()
                return here

    def verify(self, digest: str) -> bool | None:
        """Read the object again and compare its digest."""
        with _failures(self._name):
            body = self._body(digest)
            if body is None:
                return None
            with closing(body):
                return has_digest(body, digest)

    def check(self) -> None:
        """Have the store list one object: who may not do that is told that missing ones are forbidden."""
        with _failures(self._name):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def erase(self, digest: str) -> bool:
        """Remove the object for good, with every version that the bucket keeps of it and every part of one."""
        key = self._key(digest)
        if key is None:
            return False
        here = {"Bucket": self._bucket, "Key": key}
        with _failures(self._name):
            for upload in self._uploads(key):
                self._client.abort_multipart_upload(**here, UploadId=upload["UploadId"])
            versions, markers = self._versions(key, "Versions"), self._versions(key, "DeleteMarkers")
            for version in (*versions, *markers):
                self._client.delete_object(**here, VersionId=version["VersionId"])
            if self._body(digest) is not None:
                raise StoreError("content-not-erased", digest=digest)
        return bool(versions)

    def _key(self, digest: str) -> str | None:
        name = hex_of(digest)
        return None if name is None else f"{self._prefix}{name[:2]}/{name[2:]}"

    def _body(self, digest: str) -> BinaryIO | None:
        """Begin to read an object, None where there is none."""
        key = self._key(digest)
        if key is None:
            return None
        try:
            return cast("BinaryIO", self._client.get_object(Bucket=self._bucket, Key=key)["Body"])
        except self._client.exceptions.NoSuchKey:
            return None

    def _upload(self, content: BinaryIO, key: str, size: int) -> None:
        if size > _PART:
            self._clear_abandoned()
        config = _library("boto3.s3.transfer").TransferConfig(
            multipart_threshold=_PART, multipart_chunksize=_PART, use_threads=False
        )
        self._client.upload_fileobj(content, self._bucket, key, Config=config)

    def _clear_abandoned(self) -> None:
        """Give up the parts of uploads that were killed; they never show as objects, but fill the bucket."""
        oldest = datetime.now(UTC) - _ABANDONED_AFTER
        for upload in self._uploads(self._prefix):
            if upload["Initiated"] < oldest:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])

    def _uploads(self, prefix: str) -> list[Any]:
        return list(self._listed("list_multipart_uploads", prefix, "Uploads"))

    def _versions(self, key: str, kind: str) -> list[Any]:
        return [one for one in self._listed("list_object_versions", key, kind) if one["Key"] == key]

    def _listed(self, operation: str, prefix: str, member: str) -> Iterator[Any]:
        for page in self._client.get_paginator(operation).paginate(Bucket=self._bucket, Prefix=prefix):
            yield from page.get(member, ())


def _library(name: str) -> Any:
    """Import a part of boto3, which takes its time and is needed by nobody who keeps evidence in a folder."""
    try:
        return import_module(name)
    except ImportError as missing:
        raise InputError("extra-missing", package=missing.name, extra="s3") from missing


def _aside() -> BinaryIO:
    return cast("BinaryIO", SpooledTemporaryFile(max_size=_PART))


@contextmanager
def _failures(vault: str) -> Generator[None]:
    """Say what failed in the library's words; what the store wrote itself may name keys and is not repeated."""
    errors = _library("botocore.exceptions")
    try:
        yield
    except errors.ClientError as failure:
        reason = failure.response.get("Error", {}).get("Code", "?")
        raise StoreError(_CODES.get(reason, "vault-failed"), vault=vault, reason=reason) from None
    except (errors.NoCredentialsError, errors.PartialCredentialsError, errors.CredentialRetrievalError) as failure:
        raise StoreError("vault-denied", vault=vault, reason=type(failure).__name__) from None
    except (errors.HTTPClientError, errors.ConnectionError, errors.IncompleteReadError) as failure:
        raise StoreError("vault-unreachable", vault=vault, reason=type(failure).__name__) from None
    except errors.BotoCoreError as failure:
        raise StoreError("vault-failed", vault=vault, reason=type(failure).__name__) from None
    except OSError as failure:
        raise StoreError("vault-failed", vault=vault, reason=failure.strerror or type(failure).__name__) from failure
