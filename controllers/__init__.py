from . import portal, test_documents
