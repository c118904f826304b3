#!/usr/bin/perl
# markers.pl on|off: switch the two fields that carry the id of an action ("Vagt action" on replies and
# notes, "Vagt action id" on tickets). Off is a desk whose administrator has not added them.
use strict; use warnings;
use lib '/usr/share/request-tracker5/lib', '/usr/local/share/request-tracker5/lib';
use RT; RT->LoadConfig; RT->Init;

my $want = shift // '';
die "usage: markers.pl on|off\n" unless $want =~ /^(?:on|off)$/;
for (['Vagt action', 'RT::Queue-RT::Ticket-RT::Transaction'], ['Vagt action id', 'RT::Queue-RT::Ticket']) {
    my ($name, $lookup) = @$_;
    my $field = RT::CustomField->new(RT->SystemUser);
    $field->LoadByCols(Name => $name, LookupType => $lookup);
    die "no field $name\n" unless $field->id;
    my $disabled = $want eq 'off' ? 1 : 0;
    next if ($field->Disabled || 0) == $disabled;
    my ($ok, $why) = $field->SetDisabled($disabled);
    die "$name: $why\n" unless $ok;
}
