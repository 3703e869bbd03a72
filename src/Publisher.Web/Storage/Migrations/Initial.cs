using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Publisher.Web.Storage.Migrations;

/// <summary>Everything the first version keeps, on either database. Later changes are migrations of their own.</summary>
[DbContext(typeof(PublisherDb))]
[Migration("20261122000000_Initial")]
public sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "AppRegistrations",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Platform = table.Column<string>(nullable: false),
                Server = table.Column<string>(nullable: false),
                Fields = table.Column<string>(nullable: false),
                KeptAt = table.Column<long>(nullable: false),
                KeptBy = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AppRegistrations", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Approvals",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                MessageId = table.Column<long>(nullable: false),
                Revision = table.Column<int>(nullable: false),
                PersonId = table.Column<long>(nullable: false),
                SessionId = table.Column<Guid>(nullable: false),
                Role = table.Column<string>(nullable: false),
                IsYes = table.Column<bool>(nullable: false),
                Reason = table.Column<string>(nullable: false),
                At = table.Column<long>(nullable: false),
                Due = table.Column<long>(nullable: false),
                Grace = table.Column<long>(nullable: false),
                Seals = table.Column<string>(nullable: false),
                Policy = table.Column<string>(nullable: false),
                Mac = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Approvals", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUsers",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                DisplayName = table.Column<string>(nullable: false),
                IsOff = table.Column<bool>(nullable: false),
                UserName = table.Column<string>(maxLength: 256, nullable: true),
                NormalizedUserName = table.Column<string>(maxLength: 256, nullable: true),
                Email = table.Column<string>(maxLength: 256, nullable: true),
                NormalizedEmail = table.Column<string>(maxLength: 256, nullable: true),
                EmailConfirmed = table.Column<bool>(nullable: false),
                PasswordHash = table.Column<string>(nullable: true),
                SecurityStamp = table.Column<string>(nullable: true),
                ConcurrencyStamp = table.Column<string>(nullable: true),
                PhoneNumber = table.Column<string>(maxLength: 256, nullable: true),
                PhoneNumberConfirmed = table.Column<bool>(nullable: false),
                TwoFactorEnabled = table.Column<bool>(nullable: false),
                LockoutEnd = table.Column<long>(nullable: true),
                LockoutEnabled = table.Column<bool>(nullable: false),
                AccessFailedCount = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUsers", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Channels",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                SenderId = table.Column<long>(nullable: false),
                Platform = table.Column<string>(nullable: false),
                Server = table.Column<string>(nullable: false),
                AccountId = table.Column<string>(nullable: false),
                Handle = table.Column<string>(nullable: false),
                DisplayName = table.Column<string>(nullable: false),
                Credentials = table.Column<string>(nullable: false),
                Limits = table.Column<string>(nullable: false),
                RepeatSafeFor = table.Column<long>(nullable: true),
                ByHandPersonId = table.Column<long>(nullable: true),
                Options = table.Column<string>(nullable: false),
                Health = table.Column<string>(nullable: false),
                HealthCode = table.Column<string>(nullable: true),
                NotBefore = table.Column<long>(nullable: true),
                TokenExpires = table.Column<long>(nullable: true),
                SignInExpires = table.Column<long>(nullable: true),
                ConnectedAt = table.Column<long>(nullable: false),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Channels", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "ChannelSets",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                SenderId = table.Column<long>(nullable: false),
                Name = table.Column<string>(nullable: false),
                ChannelIds = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ChannelSets", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Contacts",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Name = table.Column<string>(nullable: false),
                Key = table.Column<string>(nullable: false),
                Handles = table.Column<string>(nullable: false),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Contacts", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Deliveries",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                MessageId = table.Column<long>(nullable: false),
                SenderId = table.Column<long>(nullable: false),
                ChannelId = table.Column<long>(nullable: false),
                Label = table.Column<string>(nullable: false),
                FrozenPostId = table.Column<long>(nullable: false),
                Seal = table.Column<string>(nullable: false),
                ApprovalId = table.Column<long>(nullable: false),
                Due = table.Column<long>(nullable: false),
                Deadline = table.Column<long>(nullable: false),
                IsEmbargoed = table.Column<bool>(nullable: false),
                Way = table.Column<string>(nullable: true),
                State = table.Column<string>(nullable: false),
                NextAt = table.Column<long>(nullable: true),
                Owner = table.Column<Guid>(nullable: true),
                Lease = table.Column<int>(nullable: false),
                LeaseEnd = table.Column<long>(nullable: true),
                Failures = table.Column<int>(nullable: false),
                Absences = table.Column<int>(nullable: false),
                Code = table.Column<string>(nullable: false),
                Answer = table.Column<string>(nullable: false),
                PublishedAt = table.Column<long>(nullable: true),
                Permalink = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Deliveries", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "FrozenPosts",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                MessageId = table.Column<long>(nullable: false),
                Revision = table.Column<int>(nullable: false),
                ChannelId = table.Column<long>(nullable: false),
                Seal = table.Column<string>(nullable: false),
                Format = table.Column<int>(nullable: false),
                Bytes = table.Column<byte[]>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_FrozenPosts", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "ChannelMeasurements",
            columns: table => new
            {
                ChannelId = table.Column<long>(nullable: false),
                Day = table.Column<DateOnly>(nullable: false),
                ClaimedAt = table.Column<long>(nullable: false),
                Followers = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ChannelMeasurements", row => new { row.ChannelId, row.Day });
            });

        migrationBuilder.CreateTable(
            name: "DeliveryMeasurements",
            columns: table => new
            {
                DeliveryId = table.Column<long>(nullable: false),
                Day = table.Column<DateOnly>(nullable: false),
                Likes = table.Column<long>(nullable: true),
                Shares = table.Column<long>(nullable: true),
                Replies = table.Column<long>(nullable: true),
                Views = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_DeliveryMeasurements", row => new { row.DeliveryId, row.Day });
            });

        migrationBuilder.CreateTable(
            name: "ReadBacks",
            columns: table => new
            {
                DeliveryId = table.Column<long>(nullable: false),
                Part = table.Column<int>(nullable: false),
                At = table.Column<long>(nullable: false),
                Text = table.Column<string>(nullable: true),
                Files = table.Column<int>(nullable: false),
                Differs = table.Column<bool>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ReadBacks", row => new { row.DeliveryId, row.Part });
            });

        migrationBuilder.CreateTable(
            name: "Holds",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                SenderId = table.Column<long>(nullable: true),
                ChannelId = table.Column<long>(nullable: true),
                Label = table.Column<string>(nullable: true),
                Reason = table.Column<string>(nullable: false),
                SetBy = table.Column<long>(nullable: false),
                SetAt = table.Column<long>(nullable: false),
                LiftedBy = table.Column<long>(nullable: true),
                LiftedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Holds", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Invitations",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                TokenHash = table.Column<string>(nullable: false),
                PersonId = table.Column<long>(nullable: true),
                FirstRole = table.Column<string>(nullable: true),
                ExpiresAt = table.Column<long>(nullable: false),
                UsedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Invitations", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "KnownMentions",
            columns: table => new
            {
                Platform = table.Column<string>(nullable: false),
                Server = table.Column<string>(nullable: false),
                Handle = table.Column<string>(nullable: false),
                RemoteId = table.Column<string>(nullable: true),
                LookedUpAt = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_KnownMentions", row => new { row.Platform, row.Server, row.Handle });
            });

        migrationBuilder.CreateTable(
            name: "Log",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                At = table.Column<long>(nullable: false),
                PersonId = table.Column<long>(nullable: true),
                SessionId = table.Column<Guid>(nullable: true),
                Action = table.Column<string>(nullable: false),
                SenderId = table.Column<long>(nullable: true),
                MessageId = table.Column<long>(nullable: true),
                Revision = table.Column<int>(nullable: true),
                ChannelId = table.Column<long>(nullable: true),
                DeliveryId = table.Column<long>(nullable: true),
                Part = table.Column<int>(nullable: true),
                Attempt = table.Column<int>(nullable: true),
                SubjectId = table.Column<long>(nullable: true),
                Seals = table.Column<string>(nullable: true),
                RequestDigest = table.Column<string>(nullable: true),
                Status = table.Column<int>(nullable: true),
                RemoteId = table.Column<string>(nullable: true),
                Code = table.Column<string>(nullable: true),
                Due = table.Column<long>(nullable: true),
                TextHash = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Log", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "LogPending",
            columns: table => new
            {
                EntryId = table.Column<Guid>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_LogPending", row => row.EntryId);
            });

        migrationBuilder.CreateTable(
            name: "LogPositions",
            columns: table => new
            {
                Position = table.Column<long>(nullable: false),
                EntryId = table.Column<Guid>(nullable: false),
                LeafHash = table.Column<string>(nullable: false),
                At = table.Column<long>(nullable: false),
                Action = table.Column<string>(nullable: false),
                PersonId = table.Column<long>(nullable: true),
                SenderId = table.Column<long>(nullable: true),
                MessageId = table.Column<long>(nullable: true),
                ChannelId = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_LogPositions", row => row.Position);
            });

        migrationBuilder.CreateTable(
            name: "LogTexts",
            columns: table => new
            {
                EntryId = table.Column<Guid>(nullable: false),
                Salt = table.Column<string>(nullable: false),
                Text = table.Column<string>(nullable: false),
                BlankedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_LogTexts", row => row.EntryId);
            });

        migrationBuilder.CreateTable(
            name: "Media",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                SenderId = table.Column<long>(nullable: false),
                Hash = table.Column<string>(nullable: false),
                Type = table.Column<string>(nullable: false),
                Length = table.Column<long>(nullable: false),
                Width = table.Column<int>(nullable: false),
                Height = table.Column<int>(nullable: false),
                Duration = table.Column<long>(nullable: true),
                FileName = table.Column<string>(nullable: false),
                Credit = table.Column<string>(nullable: false),
                AddedBy = table.Column<long>(nullable: false),
                AddedAt = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Media", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "MediaFits",
            columns: table => new
            {
                SourceId = table.Column<long>(nullable: false),
                Key = table.Column<string>(nullable: false),
                FittedId = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_MediaFits", row => new { row.SourceId, row.Key });
            });

        migrationBuilder.CreateTable(
            name: "Messages",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                SenderId = table.Column<long>(nullable: false),
                Title = table.Column<string>(nullable: false),
                LongText = table.Column<string>(nullable: false),
                ShortText = table.Column<string>(nullable: false),
                Language = table.Column<string>(nullable: false),
                Link = table.Column<string>(nullable: false),
                Card = table.Column<string>(nullable: true),
                CorrectsMessageId = table.Column<long>(nullable: true),
                Corrects = table.Column<string>(nullable: true),
                FollowUp = table.Column<string>(nullable: false),
                Label = table.Column<string>(nullable: false),
                State = table.Column<string>(nullable: false),
                ProposedDue = table.Column<long>(nullable: true),
                TimeZone = table.Column<string>(nullable: false),
                Grace = table.Column<long>(nullable: false),
                IsEmbargoed = table.Column<bool>(nullable: false),
                Version = table.Column<int>(nullable: false),
                Revision = table.Column<int>(nullable: false),
                CreatedBy = table.Column<long>(nullable: false),
                CreatedAt = table.Column<long>(nullable: false),
                ChangedAt = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Messages", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Senders",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Name = table.Column<string>(nullable: false),
                Initials = table.Column<string>(nullable: false),
                Accent = table.Column<string>(nullable: false),
                TimeZone = table.Column<string>(nullable: false),
                Language = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Senders", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Sessions",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                PersonId = table.Column<long>(nullable: false),
                StartedAt = table.Column<long>(nullable: false),
                SeenAt = table.Column<long>(nullable: false),
                EndedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Sessions", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Settings",
            columns: table => new
            {
                Name = table.Column<string>(nullable: false),
                Value = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Settings", row => row.Name);
            });

        migrationBuilder.CreateTable(
            name: "Submissions",
            columns: table => new
            {
                MessageId = table.Column<long>(nullable: false),
                Revision = table.Column<int>(nullable: false),
                SubmittedBy = table.Column<long>(nullable: false),
                SubmittedAt = table.Column<long>(nullable: false),
                ProposedDue = table.Column<long>(nullable: true),
                Grace = table.Column<long>(nullable: false),
                Policy = table.Column<string>(nullable: false),
                Contributors = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Submissions", row => new { row.MessageId, row.Revision });
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserClaims",
            columns: table => new
            {
                Id = table.Column<int>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                UserId = table.Column<long>(nullable: false),
                ClaimType = table.Column<string>(nullable: true),
                ClaimValue = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserClaims", row => row.Id);
                table.ForeignKey("FK_AspNetUserClaims_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserLogins",
            columns: table => new
            {
                LoginProvider = table.Column<string>(maxLength: 128, nullable: false),
                ProviderKey = table.Column<string>(maxLength: 128, nullable: false),
                ProviderDisplayName = table.Column<string>(nullable: true),
                UserId = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserLogins", row => new { row.LoginProvider, row.ProviderKey });
                table.ForeignKey("FK_AspNetUserLogins_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserPasskeys",
            columns: table => new
            {
                CredentialId = table.Column<byte[]>(maxLength: 1024, nullable: false),
                UserId = table.Column<long>(nullable: false),
                Data = table.Column<string>(type: ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL" ? "jsonb" : "TEXT", nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserPasskeys", row => row.CredentialId);
                table.ForeignKey("FK_AspNetUserPasskeys_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserTokens",
            columns: table => new
            {
                UserId = table.Column<long>(nullable: false),
                LoginProvider = table.Column<string>(maxLength: 128, nullable: false),
                Name = table.Column<string>(maxLength: 128, nullable: false),
                Value = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserTokens", row => new { row.UserId, row.LoginProvider, row.Name });
                table.ForeignKey("FK_AspNetUserTokens_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "Grants",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                PersonId = table.Column<long>(nullable: false),
                Role = table.Column<string>(nullable: false),
                SenderId = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Grants", row => row.Id);
                table.ForeignKey("FK_Grants_AspNetUsers_PersonId", row => row.PersonId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "Attempts",
            columns: table => new
            {
                DeliveryId = table.Column<long>(nullable: false),
                Part = table.Column<int>(nullable: false),
                Number = table.Column<int>(nullable: false),
                Lease = table.Column<int>(nullable: false),
                StartedAt = table.Column<long>(nullable: false),
                EndedAt = table.Column<long>(nullable: true),
                Outcome = table.Column<string>(nullable: true),
                Code = table.Column<string>(nullable: false),
                Status = table.Column<int>(nullable: true),
                RequestDigest = table.Column<string>(nullable: true),
                Answer = table.Column<string>(nullable: false),
                RemoteId = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Attempts", row => new { row.DeliveryId, row.Part, row.Number });
                table.ForeignKey("FK_Attempts_Deliveries_DeliveryId", row => row.DeliveryId, "Deliveries", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "DeliveryParts",
            columns: table => new
            {
                DeliveryId = table.Column<long>(nullable: false),
                Number = table.Column<int>(nullable: false),
                Key = table.Column<string>(nullable: false),
                CreatedAt = table.Column<long>(nullable: true),
                Prepared = table.Column<string>(nullable: true),
                PreparedAt = table.Column<long>(nullable: true),
                Ticket = table.Column<string>(nullable: true),
                UnclearSince = table.Column<long>(nullable: true),
                UnclearUntil = table.Column<long>(nullable: true),
                RemoteId = table.Column<string>(nullable: true),
                RemoteVersion = table.Column<string>(nullable: true),
                Permalink = table.Column<string>(nullable: true),
                PublishedAt = table.Column<long>(nullable: true),
                RetractedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_DeliveryParts", row => new { row.DeliveryId, row.Number });
                table.ForeignKey("FK_DeliveryParts_Deliveries_DeliveryId", row => row.DeliveryId, "Deliveries", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "ConsentLinks",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                TokenHash = table.Column<string>(nullable: false),
                SenderId = table.Column<long>(nullable: false),
                Platform = table.Column<string>(nullable: false),
                Server = table.Column<string>(nullable: false),
                ChannelId = table.Column<long>(nullable: true),
                PersonId = table.Column<long>(nullable: false),
                AskedBy = table.Column<long>(nullable: false),
                ExpiresAt = table.Column<long>(nullable: false),
                UsedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ConsentLinks", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Contributor",
            columns: table => new
            {
                MessageId = table.Column<long>(nullable: false),
                PersonId = table.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Contributor", row => new { row.MessageId, row.PersonId });
                table.ForeignKey("FK_Contributor_Messages_MessageId", row => row.MessageId, "Messages", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "MessageMedia",
            columns: table => new
            {
                MessageId = table.Column<long>(nullable: false),
                MediaId = table.Column<long>(nullable: false),
                Position = table.Column<int>(nullable: false),
                AltText = table.Column<string>(nullable: false),
                DecorativeReason = table.Column<string>(nullable: false),
                IsDecorative = table.Column<bool>(nullable: false),
                Credit = table.Column<string>(nullable: false),
                CardText = table.Column<string>(nullable: false),
                Captions = table.Column<string>(nullable: false),
                CoverId = table.Column<long>(nullable: true),
                CoverAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_MessageMedia", row => new { row.MessageId, row.MediaId });
                table.ForeignKey("FK_MessageMedia_Messages_MessageId", row => row.MessageId, "Messages", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "Variant",
            columns: table => new
            {
                Id = table.Column<long>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                MessageId = table.Column<long>(nullable: false),
                Text = table.Column<string>(nullable: false),
                MediaIds = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Variant", row => row.Id);
                table.ForeignKey("FK_Variant_Messages_MessageId", row => row.MessageId, "Messages", "Id", onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "MessageChannel",
            columns: table => new
            {
                MessageId = table.Column<long>(nullable: false),
                ChannelId = table.Column<long>(nullable: false),
                VariantId = table.Column<long>(nullable: true),
                Options = table.Column<string>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_MessageChannel", row => new { row.MessageId, row.ChannelId });
                table.ForeignKey("FK_MessageChannel_Messages_MessageId", row => row.MessageId, "Messages", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_MessageChannel_Variant_VariantId", row => row.VariantId, "Variant", "Id", onDelete: ReferentialAction.SetNull);
            });

        migrationBuilder.CreateIndex("IX_Approvals_MessageId_Revision", "Approvals", ["MessageId", "Revision"]);

        migrationBuilder.CreateIndex("IX_AspNetUserClaims_UserId", "AspNetUserClaims", "UserId");

        migrationBuilder.CreateIndex("IX_AspNetUserLogins_UserId", "AspNetUserLogins", "UserId");

        migrationBuilder.CreateIndex("IX_AspNetUserPasskeys_UserId", "AspNetUserPasskeys", "UserId");

        migrationBuilder.CreateIndex("EmailIndex", "AspNetUsers", "NormalizedEmail");

        migrationBuilder.CreateIndex("UserNameIndex", "AspNetUsers", "NormalizedUserName", unique: true);

        migrationBuilder.CreateIndex("IX_AppRegistrations_Platform_Server", "AppRegistrations", ["Platform", "Server"], unique: true);

        migrationBuilder.CreateIndex("IX_Channels_Platform_Server_AccountId", "Channels", ["Platform", "Server", "AccountId"], unique: true);

        migrationBuilder.CreateIndex("IX_Channels_SenderId", "Channels", "SenderId");

        migrationBuilder.CreateIndex("IX_ConsentLinks_TokenHash", "ConsentLinks", "TokenHash", unique: true);

        migrationBuilder.CreateIndex("IX_Contacts_Key", "Contacts", "Key", unique: true);

        migrationBuilder.CreateIndex("IX_Deliveries_ChannelId_Due", "Deliveries", ["ChannelId", "Due"]);

        migrationBuilder.CreateIndex("IX_Deliveries_Lane", "Deliveries", "ChannelId", unique: true, filter: "\"State\" = 'Sending'");

        migrationBuilder.CreateIndex("IX_Deliveries_MessageId_ChannelId_Seal", "Deliveries", ["MessageId", "ChannelId", "Seal"], unique: true);

        migrationBuilder.CreateIndex("IX_Deliveries_NextAt", "Deliveries", "NextAt");

        migrationBuilder.CreateIndex("IX_Deliveries_Undecided", "Deliveries", "State", filter: "\"State\" = 'CannotTell'");

        migrationBuilder.CreateIndex("IX_DeliveryParts_PublishedAt", "DeliveryParts", "PublishedAt");

        migrationBuilder.CreateIndex("IX_DeliveryParts_RemoteId", "DeliveryParts", "RemoteId");

        migrationBuilder.CreateIndex("IX_FrozenPosts_MessageId_Revision_ChannelId", "FrozenPosts", ["MessageId", "Revision", "ChannelId"], unique: true);

        migrationBuilder.CreateIndex("IX_Grants_PersonId_Role_SenderId", "Grants", ["PersonId", "Role", "SenderId"], unique: true);

        migrationBuilder.CreateIndex("IX_Holds_LiftedAt", "Holds", "LiftedAt");

        migrationBuilder.CreateIndex("IX_Invitations_TokenHash", "Invitations", "TokenHash", unique: true);

        migrationBuilder.CreateIndex("IX_Log_MessageId", "Log", "MessageId");

        migrationBuilder.CreateIndex("IX_LogPositions_Action_Position", "LogPositions", ["Action", "Position"]);

        migrationBuilder.CreateIndex("IX_LogPositions_At", "LogPositions", "At");

        migrationBuilder.CreateIndex("IX_LogPositions_ChannelId_Position", "LogPositions", ["ChannelId", "Position"]);

        migrationBuilder.CreateIndex("IX_LogPositions_EntryId", "LogPositions", "EntryId", unique: true);

        migrationBuilder.CreateIndex("IX_LogPositions_MessageId_Position", "LogPositions", ["MessageId", "Position"]);

        migrationBuilder.CreateIndex("IX_LogPositions_PersonId_Position", "LogPositions", ["PersonId", "Position"]);

        migrationBuilder.CreateIndex("IX_LogPositions_SenderId_Position", "LogPositions", ["SenderId", "Position"]);

        migrationBuilder.CreateIndex("IX_Media_SenderId_Hash", "Media", ["SenderId", "Hash"]);

        migrationBuilder.CreateIndex("IX_MessageChannel_VariantId", "MessageChannel", "VariantId");

        migrationBuilder.CreateIndex("IX_Messages_ChangedAt", "Messages", "ChangedAt");

        migrationBuilder.CreateIndex("IX_Messages_CorrectsMessageId", "Messages", "CorrectsMessageId");

        migrationBuilder.CreateIndex("IX_Messages_SenderId_State", "Messages", ["SenderId", "State"]);

        migrationBuilder.CreateIndex("IX_Sessions_PersonId", "Sessions", "PersonId");

        migrationBuilder.CreateIndex("IX_Variant_MessageId", "Variant", "MessageId");
    }
}
