"""How forms become HTML: the project's own templates, which may live beside every other template."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`{{ form.as_div }}` and `{{ field.as_field_group }}` with Designsystemet's markup."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"

    # Django's own templates that are shown otherwise here.
    replaced = {
        "django/forms/errors/list/default.html": "forms/errors.html",
        "django/forms/errors/list/ul.html": "forms/errors.html",
        "django/forms/widgets/multiple_input.html": "forms/choices.html",
        "django/forms/widgets/radio.html": "forms/choices.html",
        "django/forms/widgets/checkbox_select.html": "forms/choices.html",
        "django/forms/widgets/clearable_file_input.html": "forms/file.html",
    }

    def get_template(self, template_name: str) -> Any:
        return super().get_template(self.replaced.get(template_name, template_name))

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if "widget" in context:
            _give_class(context["widget"])
        return super().render(template_name, context, request)


def _give_class(widget: dict[str, Any]) -> None:
    """Every input carries Designsystemet's class; a multiple choice carries it on each of its options."""
    if widget.get("type") == "hidden":
        return
    if widget["template_name"].endswith(("/radio.html", "/checkbox_select.html")):
        for _group, options, _index in widget["optgroups"]:
            for option in options:
                _add(option["attrs"])
        return
    for part in widget.get("subwidgets", []):
        _give_class(part)
    _add(widget["attrs"])


def _add(attrs: dict[str, Any]) -> None:
    classes = str(attrs.get("class", "")).split()
    if "ds-input" not in classes:
        attrs["class"] = " ".join(["ds-input", *classes])
