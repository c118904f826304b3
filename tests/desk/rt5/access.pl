#!/usr/bin/perl
# access.pl STAFF.TSV SECRETS: group members, rights and tokens, once queues, catalogs and staff exist.
# Agents get their rights queue by queue, as on a real desk: one queue and one catalog stay hidden
# from them, so that their pages have holes and some of their totals are unknown.
use strict; use warnings; use utf8;
use open qw(:std :encoding(UTF-8));
use Encode ();
use lib '/usr/share/request-tracker5/lib', '/usr/local/share/request-tracker5/lib';
use RT; RT->LoadConfig; RT->Init;

my ($staff, $secrets) = @ARGV;
die "usage: access.pl STAFF.TSV SECRETS\n" unless $secrets;
my $system = RT->SystemUser;

my @see     = qw(SeeQueue ShowTicket SeeCustomField);
my @work    = qw(ShowTicketComments CreateTicket ModifyTicket OwnTicket TakeTicket StealTicket ReassignTicket
                 ReplyToTicket CommentOnTicket Watch ModifyCustomField);
my @public  = qw(CreateTicket ReplyToTicket);    # anybody may write to the desk by mail
my %hidden  = map { $_ => 1 } 'Personalesager', 'Servere';

sub group { my ($name) = @_;
    my $group = RT::Group->new($system);
    $group->LoadUserDefinedGroup($name);
    die "no group $name\n" unless $group->id;
    return $group }
sub grant { my ($who, $object, @rights) = @_;
    for my $right (@rights) {
        my ($ok, $why) = $who->PrincipalObj->GrantRight(Right => $right, Object => $object);
        die "$right: $why\n" unless $ok || $who->PrincipalObj->HasRight(Right => $right, Object => $object);
    } }

my ($agents, $readers) = map { group($_) } 'Helpdesk', 'Readers';
my $everyone = RT::Group->new($system);
$everyone->LoadSystemInternalGroup('Everyone');

my $queues = RT::Queues->new($system);
$queues->UnLimit;
while (my $queue = $queues->Next) {
    next if $queue->Disabled || $queue->Name =~ /^___/;
    grant($everyone, $queue, @public);
    next if $hidden{ $queue->Name };
    grant($agents,  $queue, @see, @work);
    grant($readers, $queue, @see);
}
my $catalogs = RT::Catalogs->new($system);
$catalogs->UnLimit;
while (my $catalog = $catalogs->Next) {
    next if $catalog->Disabled || $hidden{ $catalog->Name };
    grant($agents,  $catalog, qw(ShowCatalog ShowAsset ModifyAsset SeeCustomField));
    grant($readers, $catalog, qw(ShowCatalog ShowAsset SeeCustomField));
}
grant($_, RT->System, qw(SeeGroup ShowUserHistory)) for $agents;

open my $in, '<', $staff or die "$staff: $!\n";
while (<$in>) {
    next if /^#/ || !/\S/;
    chomp;
    my ($login, undef, undef, $group) = split /\t/;
    my $user = RT::User->new($system);
    $user->Load($login);
    die "no user $login\n" unless $user->id;
    if ($group ne '-') {
        my ($ok, $why) = group($group)->AddMember($user->PrincipalId);
        die "$login in $group: $why\n" unless $ok || group($group)->HasMember($user->PrincipalObj);
    }
    my ($ok, $why, $token) = RT::AuthToken->new($system)->Create(Owner => $user->id, Description => 'tests');
    die "$login: $why\n" unless $ok;
    umask 077;
    my $file = Encode::encode('UTF-8', "$secrets/$login.token");
    open my $out, '>', $file or die "$file: $!\n";
    print $out "$token\n";
    close $out or die "$file: $!\n";
}
