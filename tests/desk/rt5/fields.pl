#!/usr/bin/perl
# fields.pl SECRETS: what Request Tracker's REST 2.0 cannot make on an empty desk: custom fields and
# where they apply, groups, and the first token (root's, written to SECRETS/root.token).
use strict; use warnings; use utf8;
use lib '/usr/share/request-tracker5/lib', '/usr/local/share/request-tracker5/lib';
use RT; RT->LoadConfig; RT->Init;

my $secrets = shift or die "usage: fields.pl SECRETS\n";
my $system  = RT->SystemUser;

# lookup type, class it applies to (globally), fields
my @fields = (
    # the id of an action on a reply or a note, so that "was it sent?" has an answer
    ['RT::Queue-RT::Ticket-RT::Transaction', 'RT::Queue', ['Vagt action', 'FreeformSingle']],
    ['RT::Queue-RT::Ticket', 'RT::Queue',
        ['Vagt action id', 'FreeformSingle'],    # the same for a created ticket
        ['Vagt group',     'FreeformSingle'],
        ['Vagt tags',      'FreeformMultiple'],
        ['Vagt claim',     'FreeformSingle'],
        ['Device',         'FreeformSingle']],
    ['RT::Catalog-RT::Asset', 'RT::Catalog',
        (map { [$_, 'FreeformSingle'] }
            'VPN state', 'VPN client', 'VPN version', 'VPN gateway', 'Access', 'Carrier', 'ISP',
            'RSRP dBm', 'RSRQ dB', 'SINR dB', 'Wi-Fi dBm', 'RTT ms', 'Jitter ms', 'Loss %',
            'Disk free GB', 'OS build', 'Video client version', 'Site', 'Town'),
        ['Last seen', 'DateTimeSingle']],
);
for (@fields) {
    my ($lookup, $class, @list) = @$_;
    for (@list) {
        my ($name, $type) = @$_;
        my $field = RT::CustomField->new($system);
        my ($id, $why) = $field->Create(Name => $name, Type => $type, LookupType => $lookup);
        die "$name: $why\n" unless $id;
        my ($ok, $error) = $field->AddToObject($class->new($system));    # id 0: everywhere
        die "$name: $error\n" unless $ok;
    }
}

for (['Helpdesk', 'First line'], ['Readers', 'May look, not touch']) {
    my ($ok, $why) = RT::Group->new($system)->CreateUserDefinedGroup(Name => $_->[0], Description => $_->[1]);
    die "$_->[0]: $why\n" unless $ok;
}

# dates that a client sends are read in its user's zone: seed.py sends UTC
my $admin = RT::User->new($system);
$admin->Load('root');
$admin->SetTimezone('UTC');

my $root = RT::CurrentUser->new($system);
$root->Load('root');
my ($ok, $why, $token) = RT::AuthToken->new($system)->Create(Owner => $root->id, Description => 'tests');
die "token: $why\n" unless $ok;
umask 077;
open my $out, '>', "$secrets/root.token" or die "$secrets/root.token: $!\n";
print $out "$token\n";
close $out or die "$secrets/root.token: $!\n";
