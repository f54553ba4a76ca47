<?php

$login = json_decode(file_get_contents(getenv('FOREIGN_FOLDER') . '/login.json'), true);
$metadata[$login['sp']] = [
    'AssertionConsumerService' => $login['acsUrl'],
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    'simplesaml.nameidattribute' => 'mail',
    'validate.authnrequest' => true,
    'keys' => [['type' => 'X509Certificate', 'signing' => true, 'encryption' => false, 'X509Certificate' => $login['spCertificate']]],
];
