"""The routers of this room, for `rooms.routers()`."""

from nimbus.companies import api as companies
from nimbus.companies import new_pages as company_new
from nimbus.companies import pages as company_list
from nimbus.contacts import api, pages, print_pages, search_api
from nimbus.contacts.assignment import api as assignment_api
from nimbus.contacts.assignment import pages as assignment_pages
from nimbus.contacts.company import api as company_api
from nimbus.contacts.company import pages as company_pages
from nimbus.contacts.editing import api as edit_api
from nimbus.contacts.editing import email_pages
from nimbus.contacts.editing import pages as edit_pages
from nimbus.contacts.history import api as history_api
from nimbus.contacts.history import pages as history_pages
from nimbus.contacts.listing import columns_pages, filter_pages
from nimbus.contacts.tags import api as tags_api
from nimbus.contacts.tags import pages as tags_pages
from nimbus.contacts.trash import pages as trash_pages

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
