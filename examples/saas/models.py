"""Tenants, the hash of each one's API key, and the origins of its pages."""

import hashlib
import hmac
import re
import secrets

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The tables of this app."""


db = SQLAlchemy(model_class=Base)


NAME = re.compile("[a-z0-9][a-z0-9-]{0,39}")


def is_name(text: str) -> bool:
    """Report whether a tenant can have this name: if not, nobody has to be asked about it."""
    return NAME.fullmatch(text) is not None


class Tenant(db.Model):
    """A shop, by the name that stands in its URLs."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64))
    origins: Mapped[list["AllowedOrigin"]] = relationship(order_by="AllowedOrigin.origin")

    @classmethod
    def named(cls, name: str) -> "Tenant | None":
        """Return a tenant by its name."""
        return db.session.get(cls, name) if is_name(name) else None

    @classmethod
    def with_new_key(cls, name: str) -> tuple["Tenant", str]:
        """Return a new tenant, and its API key: only now, for what is kept is the hash."""
        key = secrets.token_urlsafe(32)
        return cls(name=name, key_hash=hash_of(key)), key

    def has_key(self, key: str) -> bool:
        """Report whether this is the tenant's API key, in the same time whatever it is."""
        return hmac.compare_digest(self.key_hash, hash_of(key))


class AllowedOrigin(db.Model):
    """An origin of a tenant's pages, serialized as browsers send it.

    An origin belongs to one tenant, which the index sees to, also when two of them add it in the
    same moment. A shared one, such as http://localhost:3000, is on every developer's machine.
    """

    tenant: Mapped[str] = mapped_column(ForeignKey(Tenant.name), primary_key=True)
    origin: Mapped[str] = mapped_column(String(320), primary_key=True)
    is_shared: Mapped[bool]

    __table_args__ = (
        Index(
            "one_tenant_each",
            "origin",
            unique=True,
            postgresql_where=text("NOT is_shared"),
            sqlite_where=text("NOT is_shared"),
        ),
    )


def hash_of(key: str) -> str:
    """Return the hash that is kept: a fast one, because no guesses lead to 256 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()
