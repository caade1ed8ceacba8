"""The form of a forgotten password. (allauth reads accounts.forms while its own forms load, so it stands apart.)"""

from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm


class ResetPasswordForm(AllauthResetPasswordForm):
    """A forgotten password: only an address that somebody has shown to be theirs opens their account."""

    def clean_email(self):
        email = super().clean_email()
        self.users = [
            user for user in self.users if user.emailaddress_set.filter(email__iexact=email, verified=True).exists()
        ]
        return email
