"""Input to log-in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LogInForm(forms.Form):
    email = forms.EmailField(label=_("E-postadress"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Lösenord"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
