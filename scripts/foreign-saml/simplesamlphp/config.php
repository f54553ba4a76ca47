<?php

$folder = getenv('FOREIGN_FOLDER');
$config = [
    'baseurlpath' => json_decode(file_get_contents("$folder/login.json"), true)['base'],
    'certdir' => "$folder/",
    'datadir' => "$folder/data/",
    'loggingdir' => "$folder/data/",
    'tempdir' => "$folder/data/",
    'metadatadir' => __DIR__ . '/metadata/',
    'metadata.sources' => [['type' => 'flatfile']],
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'exampleauth' => true, 'saml' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => "$folder/data",
    'secretsalt' => 'of-a-test',
    'auth.adminpassword' => 'of-a-test',
    'technicalcontact_email' => 'na@example.com',
    'timezone' => 'UTC',
    'logging.handler' => 'errorlog',
    'language.available' => ['en'],
    'language.default' => 'en',
];
