"""A form that makes a record carries an id of its own, so that sending it twice makes one record."""

import uuid

from django.db import models


class OnceCreated(models.Model):
    """A record made by a form; the form's id is unique, a second sending finds the first one's record."""

    form_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
