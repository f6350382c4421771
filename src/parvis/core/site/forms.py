"""How forms are drawn: the same fields on every page of the house."""

from django.forms.renderers import DjangoTemplates


class HouseRenderer(DjangoTemplates):
    """Draws a field with its label, its help before the input, and its errors linked to it."""

    field_template_name = "elements/field.html"
    form_template_name = "elements/form.html"
