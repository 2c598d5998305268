-- A neutralised copy can neither sign nor send: no keys, no passwords, no production.
UPDATE l10n_mx_co_edi_secret SET ciphertext = NULL, master_key = NULL;
UPDATE res_company SET l10n_mx_co_edi_environment = 'sandbox' WHERE l10n_mx_co_edi_environment IS NOT NULL;
