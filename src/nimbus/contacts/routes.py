"""The routers of this room, for `rooms.routers()`."""

from nimbus.companies import api as companies
from nimbus.companies import new_pages as company_new
from nimbus.companies import pages as company_list
from nimbus.contacts import (
    api,
    assignment_api,
    assignment_pages,
    columns_pages,
    company_api,
    company_pages,
    edit_api,
    edit_pages,
    email_pages,
    filter_pages,
    history_api,
    history_pages,
    pages,
    print_pages,
    search_api,
    tags_api,
    tags_pages,
    trash_pages,
)

# `/contacts/columns` and `/contacts/filter` are no ids of contacts, `/companies/new` is none of a
# company.
ROUTERS = [
    columns_pages.router, filter_pages.router, pages.router, edit_pages.router, email_pages.router,
    history_pages.router, print_pages.router, api.router, search_api.router, edit_api.router,
    history_api.router, companies.router, company_api.router,
    company_list.router, company_new.router, company_pages.router,
    tags_api.router, tags_pages.router, assignment_api.router, assignment_pages.router,
    trash_pages.router,
]  # fmt: skip
