from django.urls import path

from . import views
from .lists import BankAccountList, EntryList, LearntList, StatementList

urlpatterns = [
    path("bank-accounts/", BankAccountList.as_view(), name="bank_account_list"),
    path("bank-accounts/new/", views.BankAccountCreate.as_view(), name="bank_account_create"),
    path("bank-accounts/<int:pk>/", views.BankAccountRecord.as_view(), name="bank_account"),
    path("bank-accounts/<int:pk>/change/", views.BankAccountChange.as_view(), name="bank_account_change"),
    path("bank-statements/", StatementList.as_view(), name="bank_statement_list"),
    path("bank-statements/upload/", views.upload, name="bank_upload"),
    path("bank-statements/<int:pk>/", views.statement, name="bank_statement"),
    path("bank-files/<int:pk>/", views.file, name="bank_file"),
    path("bank-entries/", EntryList.as_view(), name="bank_entry_list"),
    path("bank-entries/<int:pk>/", views.entry, name="bank_entry"),
    path("bank-entries/<int:pk>/confirm/", views.confirm, name="bank_entry_confirm"),
    path("bank-entries/<int:pk>/again/", views.look_again, name="bank_entry_again"),
    path("bank-entries/<int:pk>/assign/", views.assign, name="bank_entry_assign"),
    path("bank-entries/<int:pk>/code/", views.code, name="bank_entry_code"),
    path("bank-entries/<int:pk>/reverse/", views.reverse_one, name="bank_entry_reverse"),
    path("learnt-payers/", LearntList.as_view(), name="learnt_payer_list"),
]
