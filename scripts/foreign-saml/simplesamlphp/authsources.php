<?php

$person = [
    'mail' => ['ada@example.com'],
    'givenName' => ['Ada'],
    'sn' => ['Lovelace'],
    'groups' => ['staff', 'admins'],
];
$config = ['people' => ['exampleauth:UserPass', 'ada:secret' => $person]];
