// The behaviours of the pages; each module listens on the document, so swapped-in HTML just works.
import "./requests.js";
import "./focus.js";
import "./preferences.js";
import "./menus.js";
import "./dialogs.js";
import "./jobs.js";
import "./toasts.js";
import "./copy.js";
import "./times.js";
import "./files.js";
import "./edit.js";
import "./mentions.js";
import "./rows.js";
import "./sort.js";
import "./columns.js";
import "./keys.js";
import "./palette.js";
