from django.urls import path

from . import lists, views

urlpatterns = [
    path("", views.board, name="board"),
    path("overview.pdf", views.board_pdf, name="board_pdf"),
    path("figures.<str:kind>", views.board_file, name="board_file"),
    path("documents/orders/", lists.OrderDocuments.as_view(), name="order_documents"),
    path("documents/lines/", lists.LineDocuments.as_view(), name="line_documents"),
    path("documents/shipments/", lists.ShipmentDocuments.as_view(), name="shipment_documents"),
    path("documents/invoices/", lists.InvoiceDocuments.as_view(), name="invoice_documents"),
    path("documents/returns/", lists.ReturnDocuments.as_view(), name="return_documents"),
    path("documents/exceptions/", lists.ExceptionDocuments.as_view(), name="exception_documents"),
    path(
        "documents/order-exceptions/",
        lists.OrderExceptionDocuments.as_view(),
        name="order_exception_documents",
    ),
    path("documents/stock/", lists.StockValues.as_view(), name="stock_documents"),
]
