// The one form of the page leaves by itself. Without scripts there is a button.
document.forms[0]?.submit()
