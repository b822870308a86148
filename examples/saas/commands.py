"""flask create-tables, flask add-tenant NAME: what the people do who run this."""

import click
from flask import Flask
from flask.cli import with_appcontext

from .models import Tenant, db, is_name


def register(app: Flask) -> None:
    """Give an app its commands."""
    app.cli.add_command(create_tables)
    app.cli.add_command(add_tenant_command)


@click.command("create-tables")
@with_appcontext
def create_tables() -> None:
    """Create the tables that are missing; what changes later is for Flask-Migrate."""
    db.create_all()


@click.command("add-tenant")
@click.argument("name")
@with_appcontext
def add_tenant_command(name: str) -> None:
    """Add a tenant, and print its API key, which nobody can look up afterwards."""
    if not is_name(name):
        raise click.BadParameter("up to 40 of a-z, 0-9 and -, and no - at the beginning.")
    click.echo(add_tenant(name))


def add_tenant(name: str) -> str:
    """Add a tenant, and return its API key."""
    tenant, key = Tenant.with_new_key(name)
    db.session.add(tenant)
    db.session.commit()
    return key
