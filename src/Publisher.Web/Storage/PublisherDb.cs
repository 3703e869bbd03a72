using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;

namespace Publisher.Web.Storage;

/// <summary>Everything that is kept, on SQLite or PostgreSQL. Times are UTC ticks, enums are their names, lists are JSON.</summary>
public sealed class PublisherDb(DbContextOptions<PublisherDb> options) : IdentityUserContext<Person, long>(options)
{
    /// <summary>Of the database's form. A newer one than this is not opened.</summary>
    public const int Form = 1;

    /// <summary>Stands among the messages of a commit that every open page shows.</summary>
    public const long EveryPage = 0;

    private readonly HashSet<long> _touched = [];

    public DbSet<Setting> Settings => Set<Setting>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Sender> Senders => Set<Sender>();

    public DbSet<Channel> Channels => Set<Channel>();

    public DbSet<ChannelMeasurement> ChannelMeasurements => Set<ChannelMeasurement>();

    public DbSet<ChannelSet> ChannelSets => Set<ChannelSet>();

    public DbSet<AppRegistration> AppRegistrations => Set<AppRegistration>();

    public DbSet<ConsentLink> ConsentLinks => Set<ConsentLink>();

    public DbSet<Contact> Contacts => Set<Contact>();

    public DbSet<MediaFile> Media => Set<MediaFile>();

    public DbSet<MediaFit> MediaFits => Set<MediaFit>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<Submission> Submissions => Set<Submission>();

    public DbSet<FrozenPost> FrozenPosts => Set<FrozenPost>();

    public DbSet<KnownMention> KnownMentions => Set<KnownMention>();

    public DbSet<Approval> Approvals => Set<Approval>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    /// <summary>
    /// Those that wake again, a few among all of the past. By a bound instead of "not null": only where one is named does SQLite find them by an index.
    /// </summary>
    public IQueryable<Delivery> WakingDeliveries => Deliveries.Where(row => row.NextAt > DateTimeOffset.MinValue);

    public DbSet<DeliveryPart> DeliveryParts => Set<DeliveryPart>();

    public DbSet<Attempt> Attempts => Set<Attempt>();

    public DbSet<DeliveryMeasurement> DeliveryMeasurements => Set<DeliveryMeasurement>();

    public DbSet<ReadBack> ReadBacks => Set<ReadBack>();

    public DbSet<Hold> Holds => Set<Hold>();

    public DbSet<LogEntry> Log => Set<LogEntry>();

    public DbSet<LogText> LogTexts => Set<LogText>();

    public DbSet<LogPending> LogPending => Set<LogPending>();

    public DbSet<LogPosition> LogPositions => Set<LogPosition>();

    /// <summary>Messages the entries of this transaction are about. After the commit their wakes are set and open pages look again.</summary>
    public IReadOnlySet<long> Touched => _touched;

    /// <summary>Adds a log entry, in the same save as the change it tells of. Words of people and platforms go beside it.</summary>
    public void Append(LogEntry entry, string? text = null)
    {
        Log.Add(entry);
        LogPending.Add(new LogPending { EntryId = entry.Id });
        if (!string.IsNullOrEmpty(text))
        {
            LogTexts.Add(entry.Say(text));
        }

        if (entry.MessageId is { } message)
        {
            _touched.Add(message);
        }
    }

    /// <summary>For a change that has no entry of its own but moves the message's wake or what its open pages show.</summary>
    public void Touch(long messageId) => _touched.Add(messageId);

    /// <summary>For a change that every open page shows, such as a hold.</summary>
    public void TouchEveryPage() => _touched.Add(EveryPage);

    /// <summary>Forgets what was tracked and touched, so that the next step of the same transaction starts clean.</summary>
    internal void Clear()
    {
        ChangeTracker.Clear();
        _touched.Clear();
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<Ticks>();
        configurationBuilder.Properties<Uri>().HaveConversion<string>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        builder.Entity<Setting>().HasKey(setting => setting.Name);

        builder.Entity<Person>().HasMany(person => person.Grants).WithOne().HasForeignKey(grant => grant.PersonId);
        builder.Entity<Grant>().HasIndex(grant => new { grant.PersonId, grant.Role, grant.SenderId }).IsUnique();
        builder.Entity<Session>().HasIndex(session => session.PersonId);
        builder.Entity<Session>().Property(session => session.Id).ValueGeneratedNever();
        builder.Entity<Invitation>().HasIndex(invitation => invitation.TokenHash).IsUnique();

        builder.Entity<Channel>(channel =>
        {
            channel.HasIndex(row => new { row.Platform, row.Server, row.AccountId }).IsUnique();
            channel.HasIndex(row => row.SenderId);
            channel.Property(row => row.Limits).HasConversion<Json<Platforms.Limits>>();
            channel.Property(row => row.Options).HasConversion<Json<Dictionary<string, string>>, JsonCompare<Dictionary<string, string>>>();
        });
        builder.Entity<ChannelMeasurement>().HasKey(row => new { row.ChannelId, row.Day });
        builder.Entity<ChannelSet>().Property(set => set.ChannelIds).HasConversion<Json<List<long>>, JsonCompare<List<long>>>();
        builder.Entity<AppRegistration>().HasIndex(app => new { app.Platform, app.Server }).IsUnique();
        builder.Entity<ConsentLink>().HasIndex(link => link.TokenHash).IsUnique();

        builder.Entity<Contact>(contact =>
        {
            contact.HasIndex(row => row.Key).IsUnique();
            contact.Property(row => row.Handles).HasConversion<Json<Dictionary<string, string>>, JsonCompare<Dictionary<string, string>>>();
        });

        builder.Entity<MediaFile>().HasIndex(media => new { media.SenderId, media.Hash });
        builder.Entity<MediaFit>().HasKey(fit => new { fit.SourceId, fit.Key });

        builder.Entity<Message>(message =>
        {
            message.HasIndex(row => new { row.SenderId, row.State });
            message.HasIndex(row => row.ChangedAt);
            message.HasIndex(row => row.CorrectsMessageId);
            message.Property(row => row.Card).HasConversion<Json<MessageCard>>();
            message.Property(row => row.Corrects).HasConversion<Json<List<CorrectedPost>>, JsonCompare<List<CorrectedPost>>>();
            message.HasMany(row => row.Variants).WithOne().HasForeignKey(row => row.MessageId);
            message.HasMany(row => row.Channels).WithOne().HasForeignKey(row => row.MessageId);
            message.HasMany(row => row.Media).WithOne().HasForeignKey(row => row.MessageId);
            message.HasMany(row => row.Contributors).WithOne().HasForeignKey(row => row.MessageId);
        });
        builder.Entity<Variant>().Property(variant => variant.MediaIds).HasConversion<Json<List<long>>, JsonCompare<List<long>>>();
        builder.Entity<MessageChannel>(channel =>
        {
            channel.HasKey(row => new { row.MessageId, row.ChannelId });
            channel.HasOne(row => row.Variant).WithMany().HasForeignKey(row => row.VariantId).OnDelete(DeleteBehavior.SetNull);
            channel.Property(row => row.Options).HasConversion<Json<Dictionary<string, string>>, JsonCompare<Dictionary<string, string>>>();
        });
        builder.Entity<MessageMedia>().HasKey(media => new { media.MessageId, media.MediaId });
        builder.Entity<MessageMedia>().Property(media => media.Captions).HasConversion<Json<List<CaptionsChoice>>, JsonCompare<List<CaptionsChoice>>>();
        builder.Entity<Contributor>().HasKey(contributor => new { contributor.MessageId, contributor.PersonId });
        builder.Entity<KnownMention>().HasKey(mention => new { mention.Platform, mention.Server, mention.Handle });

        builder.Entity<Submission>(submission =>
        {
            submission.HasKey(row => new { row.MessageId, row.Revision });
            submission.Property(row => row.Policy).HasConversion<Json<ApprovalPolicy>>();
            submission.Property(row => row.Contributors).HasConversion<Json<List<long>>, JsonCompare<List<long>>>();
        });
        builder.Entity<FrozenPost>().HasIndex(post => new { post.MessageId, post.Revision, post.ChannelId }).IsUnique();
        builder.Entity<Approval>(approval =>
        {
            approval.HasIndex(row => new { row.MessageId, row.Revision });
            approval.Property(row => row.Policy).HasConversion<Json<ApprovalPolicy>>();
            approval.Property(row => row.Seals).HasConversion<Json<List<ApprovedSeal>>, JsonCompare<List<ApprovedSeal>>>();
        });

        builder.Entity<Delivery>(delivery =>
        {
            delivery.HasIndex(row => new { row.MessageId, row.ChannelId, row.Seal }).IsUnique();
            delivery.HasIndex(row => row.NextAt);
            delivery.HasIndex(row => new { row.ChannelId, row.Due });
            // At most one delivery of a channel is being sent: the lane.
            delivery.HasIndex(row => row.ChannelId, "IX_Deliveries_Lane").IsUnique().HasFilter("\"State\" = 'Sending'");
            // What nobody has decided on yet wakes no more and may be old: few among many.
            delivery.HasIndex(row => row.State, "IX_Deliveries_Undecided").HasFilter("\"State\" = 'CannotTell'");
            delivery.Ignore(row => row.NextPart);
            // What was approved: no save of a delivery writes it again, nor the indexes it stands in.
            foreach (var name in new[] { nameof(Delivery.MessageId), nameof(Delivery.SenderId), nameof(Delivery.ChannelId), nameof(Delivery.Label), nameof(Delivery.FrozenPostId), nameof(Delivery.Seal), nameof(Delivery.IsEmbargoed), nameof(Delivery.Way) })
            {
                delivery.Property(name).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            }

            // Whoever saves must hold the newest lease: what a former owner still wants to save finds no row.
            delivery.Property(row => row.Lease).IsConcurrencyToken();
            delivery.HasMany(row => row.Parts).WithOne().HasForeignKey(row => row.DeliveryId);
            delivery.HasMany(row => row.Attempts).WithOne().HasForeignKey(row => row.DeliveryId);
        });
        builder.Entity<DeliveryPart>().Ignore(part => part.RemotePost).Ignore(part => part.PreparedSoFar);
        builder.Entity<DeliveryPart>().HasKey(part => new { part.DeliveryId, part.Number });
        builder.Entity<DeliveryPart>().HasIndex(part => part.RemoteId);
        builder.Entity<Attempt>().HasKey(attempt => new { attempt.DeliveryId, attempt.Part, attempt.Number });

        builder.Entity<DeliveryPart>().HasIndex(part => part.PublishedAt);
        builder.Entity<ReadBack>().HasKey(row => new { row.DeliveryId, row.Part });
        builder.Entity<DeliveryMeasurement>().HasKey(row => new { row.DeliveryId, row.Day });

        builder.Entity<Hold>().HasIndex(hold => hold.LiftedAt);

        builder.Entity<LogEntry>(entry =>
        {
            entry.Property(row => row.Id).ValueGeneratedNever();
            entry.HasIndex(row => row.MessageId);
        });
        builder.Entity<LogText>().HasKey(text => text.EntryId);
        builder.Entity<LogText>().Property(text => text.EntryId).ValueGeneratedNever();
        builder.Entity<LogPending>().HasKey(pending => pending.EntryId);
        builder.Entity<LogPending>().Property(pending => pending.EntryId).ValueGeneratedNever();
        builder.Entity<LogPosition>(position =>
        {
            position.HasKey(row => row.Position);
            position.Property(row => row.Position).ValueGeneratedNever();
            position.HasIndex(row => row.EntryId).IsUnique();
            position.HasIndex(row => row.At);
            position.HasIndex(row => new { row.Action, row.Position });
            position.HasIndex(row => new { row.PersonId, row.Position });
            position.HasIndex(row => new { row.SenderId, row.Position });
            position.HasIndex(row => new { row.MessageId, row.Position });
            position.HasIndex(row => new { row.ChannelId, row.Position });
        });
    }
}

/// <summary>A value of the whole installation, such as the form of the database.</summary>
public sealed class Setting
{
    public required string Name { get; init; }

    public required string Value { get; set; }
}
