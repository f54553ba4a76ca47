<?php

$folder = getenv('FOREIGN_FOLDER');
$signed = file_get_contents("$folder/signed");
$metadata[json_decode(file_get_contents("$folder/login.json"), true)['idp']] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.pem',
    'auth' => 'people',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.assertion' => $signed !== 'response',
    'saml20.sign.response' => $signed !== 'assertion',
];
