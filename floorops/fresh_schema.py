"""The schema of an empty database, made from the models at once.

Django renders all models anew for every step of a migration, so walking through the whole history costs a new plant minutes where the
tables take seconds. A database that holds anything is migrated step by step as ever; a long test holds both ways to be the same.
"""

from __future__ import annotations

import pgtrigger
from django.apps import apps
from django.contrib.postgres.operations import CreateExtension
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from pghistory.models import Context


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def create_schema(connection: BaseDatabaseWrapper) -> None:
    """Make extensions, tables and triggers, and mark every migration as applied: all or nothing."""
    loader = MigrationLoader(connection)
    with transaction.atomic(using=connection.alias):
        _create_extensions(connection, loader)
        with connection.schema_editor(atomic=False) as editor:
            for model in apps.get_models():
                if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
                    editor.create_model(model)
        Context.install_pgh_attach_context_func(using=connection.alias)
        for owner, trigger in pgtrigger.registered():
            trigger.install(owner, database=connection.alias)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in loader.disk_migrations:
            recorder.record_applied(app, name)


def _create_extensions(connection: BaseDatabaseWrapper, loader: MigrationLoader) -> None:
    with connection.schema_editor(atomic=False) as editor:
        for (app, _name), migration in loader.disk_migrations.items():
            for operation in migration.operations:
                if isinstance(operation, CreateExtension):
                    operation.database_forwards(app, editor, ProjectState(), ProjectState())
