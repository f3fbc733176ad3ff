from django.urls import path

from . import chart_views, statement_views, views
from .lists import (
    AccountClassList,
    AccountList,
    JournalList,
    LineList,
    PeriodList,
    RuleList,
    UnmappedList,
)

urlpatterns = [
    path("journals/", JournalList.as_view(), name="journal_list"),
    path("journals/<int:pk>/", views.journal, name="journal"),
    path("balance/", views.balance, name="trial_balance"),
    path("journal-lines/", LineList.as_view(), name="journal_line_list"),
    path("profit-and-loss/", statement_views.profit_and_loss, name="profit_and_loss"),
    path("balance-sheet/", statement_views.balance_sheet, name="balance_sheet"),
    path("account-classes/", AccountClassList.as_view(), name="account_class_list"),
    path("account-classes/new/", chart_views.AccountClassCreate.as_view(), name="account_class_new"),
    path("account-classes/<int:pk>/", chart_views.AccountClassRecord.as_view(), name="account_class"),
    path(
        "account-classes/<int:pk>/change/",
        chart_views.AccountClassChange.as_view(),
        name="account_class_change",
    ),
    path("accounts/", AccountList.as_view(), name="account_list"),
    path("accounts/new/", chart_views.AccountCreate.as_view(), name="account_new"),
    path("accounts/<int:pk>/", chart_views.AccountRecord.as_view(), name="account"),
    path("accounts/<int:pk>/change/", chart_views.AccountChange.as_view(), name="account_change"),
    path("account-rules/", RuleList.as_view(), name="rule_list"),
    path("account-rules/test/", views.rule_test, name="rule_test"),
    path("account-rules/new/", views.rule_new, name="rule_new"),
    path("unmapped/", UnmappedList.as_view(), name="unmapped_list"),
    path("periods/", PeriodList.as_view(), name="period_list"),
]
