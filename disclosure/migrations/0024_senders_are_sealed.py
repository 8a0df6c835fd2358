"""How to reach the sender of an error report stands under seal alone, and can be read again where a way back is asked for."""

from uuid import uuid4

from django.db import migrations, models
from django.utils import timezone

import ninghai.models.sealed
from ninghai.sealed import cipher

CONTACT = "disclosure_correction.contact"
EVERY = 500


def seal(apps, schema_editor):
    """One key for each report, as new ones have."""
    corrections, keys = apps.get_model("disclosure", "Correction"), apps.get_model("ninghai", "DataKey")
    for correction in corrections.objects.filter(data_key=None).order_by("pk").iterator(EVERY):
        pk, secret = uuid4(), cipher.new_secret()
        master, wrapped = cipher.wrap(secret, about=f"data-key:{pk}")
        key = keys.objects.create(pk=pk, master=master, wrapped=wrapped, made_at=timezone.now())
        packed = cipher.packed(correction.contact)
        sealed = cipher.encrypt(secret, packed, about=f"{CONTACT}:{pk}") if correction.contact else None
        corrections.objects.filter(pk=correction.pk).update(data_key=key, sealed_contact=sealed)


def unseal(apps, schema_editor):
    """What is destroyed stays so: there the contact is empty."""
    corrections, keys = apps.get_model("disclosure", "Correction"), apps.get_model("ninghai", "DataKey")
    for correction in corrections.objects.select_related("data_key").order_by("pk").iterator(EVERY):
        key, contact = correction.data_key, ""
        if correction.sealed_contact is not None and key.wrapped is not None:
            secret = cipher.unwrap(bytes(key.wrapped), master=key.master, about=f"data-key:{key.pk}")
            sealed = bytes(correction.sealed_contact)
            contact = cipher.unpacked(cipher.decrypt(secret, sealed, about=f"{CONTACT}:{key.pk}"))
        corrections.objects.filter(pk=correction.pk).update(contact=contact, data_key=None, sealed_contact=None)
        keys.objects.filter(pk=key.pk).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0023_senders_get_keys"),
    ]

    operations = [
        migrations.RunPython(seal, unseal),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RemoveField(model_name="correction", name="contact"),
        migrations.RenameField(model_name="correction", old_name="sealed_contact", new_name="contact"),
        migrations.AlterField(
            model_name="correction",
            name="contact",
            field=ninghai.models.sealed.SealedTextField(
                default=None, editable=False, null=True, verbose_name="联系方式"
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="data_key",
            field=models.ForeignKey(
                editable=False,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="ninghai.datakey",
                verbose_name="数据密钥",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="sender",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="来源地址的散列值，用于限制次数。",
                max_length=64,
                verbose_name="来源",
            ),
        ),
    ]
