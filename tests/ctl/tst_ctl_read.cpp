// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

using namespace widthwise::ctl;

namespace {

const QString json = QStringLiteral("--json");

} // namespace

/// What the commands say that only look: texts, JSON, and errors.
class TestCtlRead : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_ctl = std::make_unique<CtlFixture>();
        const QByteArray command =
            "if [ {trial} = 1 ]; then echo 'no such\tfile'; exit 2; fi\n" + reports(0.1);
        QCOMPARE(m_ctl->call({QStringLiteral("run"), m_ctl->experiment(QStringLiteral("gn2-lr"), command, 3)})
                     .code,
                 0);
    }
    void cleanupTestCase() { m_ctl.reset(); }

    void theListIsAligned()
    {
        const QStringList lines =
            m_ctl->call({QStringLiteral("list")}).output.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[1].startsWith(QStringLiteral("✓  gn2-lr")));
        QCOMPARE(lines[0].indexOf(QStringLiteral("STATE")), lines[1].indexOf(QStringLiteral("completed")));
        QVERIFY(lines[1].contains(QStringLiteral("3/3")));
        const QJsonArray list = m_ctl->call({QStringLiteral("list"), json}).array();
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0][QStringLiteral("trials")][QStringLiteral("completed")].toInt(), 2);
        QCOMPARE(list[0][QStringLiteral("planned")].toInt(), 3);
        QCOMPARE(list[0][QStringLiteral("direction")].toString(), QStringLiteral("minimize"));
    }

    void aTrialIsShownWithTheEndOfItsOutput()
    {
        const Answer answer = m_ctl->call({QStringLiteral("show"), QStringLiteral("gn2-lr"),
                                           QStringLiteral("--trial"), QStringLiteral("1")});
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.output.contains(QStringLiteral("✕ trial 1 of gn2-lr failed")));
        QVERIFY2(answer.output.contains(QStringLiteral("  no such file\n")), qPrintable(answer.output));
        const QJsonObject trial = m_ctl
                                      ->call({QStringLiteral("show"), QStringLiteral("gn2-lr"),
                                              QStringLiteral("--trial"), QStringLiteral("1"), json})
                                      .object();
        QVERIFY(
            QFileInfo::exists(trial[QStringLiteral("directory")].toString() + QStringLiteral("/stdout.log")));
        const Answer text =
            m_ctl->call({QStringLiteral("show"), QStringLiteral("gn2-lr"), QStringLiteral("--file")});
        QVERIFY(text.output.startsWith(QStringLiteral("name: gn2-lr\n")));
    }

    void aTrialIsShownByItsNumber()
    {
        const QString name = QStringLiteral("gn2-lr");
        const QString option = QStringLiteral("--trial");
        const Answer shown = m_ctl->call({QStringLiteral("show"), name, QStringLiteral("1")});
        QCOMPARE(shown.code, 0);
        QVERIFY2(shown.output.contains(QStringLiteral("trial 1 of gn2-lr failed")), qPrintable(shown.errors));
        QCOMPARE(shown.output,
                 m_ctl->call({QStringLiteral("show"), name, option, QStringLiteral("1")}).output);
        QCOMPARE(m_ctl->call({QStringLiteral("show"), name, QStringLiteral("7")}).code, 3);
        QCOMPARE(m_ctl->call({QStringLiteral("show"), name, QStringLiteral("two")}).code, 2);
        const Answer both =
            m_ctl->call({QStringLiteral("show"), name, QStringLiteral("1"), option, QStringLiteral("2")});
        QCOMPARE(both.code, 2);
        QVERIFY2(both.errors.contains(QStringLiteral("trial 1 or trial 2")), qPrintable(both.errors));
    }

    void whatCheckpointsTakeIsShown()
    {
        const CtlFixture ctl;
        const QByteArray command =
            "head -c 4096 /dev/zero > checkpoint.pt; echo loss=1 step=1; [ {trial} != 0 ]";
        const QString file =
            ctl.write(QStringLiteral("some.yaml"),
                      "name: some\nobjective: {metric: loss}\n"
                      "trial: {command: '" +
                          command +
                          "', metrics: {collector: stdout}}\n"
                          "space: {x: {type: float, low: 0, high: 1}}\nbudget: {trials: 3}\n");
        QCOMPARE(ctl.call({QStringLiteral("run"), file}).code, 0);
        const QString total = QStringLiteral("checkpoints 8.0 KiB of 2 trials, 1 deleted");
        const QString name = QStringLiteral("some");
        for (const QString& question : {QStringLiteral("show"), QStringLiteral("status")})
            QVERIFY(ctl.call({question, name}).output.contains(total));
        QVERIFY(ctl.call({QStringLiteral("list")}).output.contains(QStringLiteral("8.0 KiB")));
        QVERIFY(ctl.call({QStringLiteral("show"), name, QStringLiteral("1")})
                    .output.contains(QStringLiteral("checkpoint  4.0 KiB")));
        QVERIFY(ctl.call({QStringLiteral("show"), name, QStringLiteral("0")})
                    .output.contains(QStringLiteral("deleted: nothing could need it")));
        const QJsonObject object = ctl.show(name);
        QCOMPARE(object[QStringLiteral("checkpoints")].toObject()[QStringLiteral("bytes")].toInt(), 8192);
        const QJsonArray trials = object[QStringLiteral("trial_list")].toArray();
        QVERIFY(trials[0][QStringLiteral("checkpoint_dropped")].toBool());
        QCOMPARE(trials[1][QStringLiteral("checkpoint_bytes")].toInt(), 4096);
    }

    /// `--store X list` as well as `list --store X`.
    void commonOptionsMayStandBeforeTheCommand_data()
    {
        QTest::addColumn<QStringList>("command");
        const QString name = QStringLiteral("gn2-lr");
        QTest::newRow("list") << QStringList{QStringLiteral("list")};
        QTest::newRow("show") << QStringList{QStringLiteral("show"), name};
        QTest::newRow("show with an option")
            << QStringList{QStringLiteral("show"), name, QStringLiteral("--trial"), QStringLiteral("1")};
        QTest::newRow("status") << QStringList{QStringLiteral("status"), name};
        QTest::newRow("export") << QStringList{QStringLiteral("export"), name};
        QTest::newRow("retry, which refuses")
            << QStringList{QStringLiteral("retry"), QStringLiteral("absent")};
        QTest::newRow("help") << QStringList{QStringLiteral("help"), QStringLiteral("list")};
    }
    void commonOptionsMayStandBeforeTheCommand()
    {
        QFETCH(QStringList, command);
        const QString option = QStringLiteral("--store");
        const Answer behind = m_ctl->callOn({}, command + QStringList{option, m_ctl->store()});
        for (const QStringList& before :
             {QStringList{option, m_ctl->store()}, QStringList{option + QLatin1Char('=') + m_ctl->store()}}) {
            const Answer answer = m_ctl->callOn({}, before + command);
            QCOMPARE(answer.code, behind.code);
            QCOMPARE(answer.output, behind.output);
            QCOMPARE(answer.errors, behind.errors);
        }
    }

    void aRunTakesTheStoreBeforeTheCommand()
    {
        const QString file = m_ctl->experiment(QStringLiteral("first"), "true", 1);
        const QString store = m_ctl->folder() + QStringLiteral("/other.db");
        const QString option = QStringLiteral("--store");
        const Answer run = m_ctl->callOn(
            {}, {option, store, json, QStringLiteral("run"), file, QStringLiteral("--dry-run")});
        QCOMPARE(run.code, 0);
        QCOMPARE(m_ctl->callOn({}, {option, store, QStringLiteral("run"), file}).code, 1); // reports no loss
        const QJsonArray list = m_ctl->callOn({}, {option, store, json, QStringLiteral("list")}).array();
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0][QStringLiteral("name")].toString(), QStringLiteral("first"));
    }

    void namesMayHaveAnyLetters()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("\u00e9tude-\u03bc");
        const QByteArray text =
            "name: " + name.toUtf8() +
            "\nobjective: {metric: loss}\n"
            "trial: {command: 'echo \"loss={\u03b2_2} step=1\"', metrics: {collector: stdout}}\n"
            "space: {\u03b2_2: {type: float, low: 0.1, high: 1}}\nbudget: {trials: 1}\n";
        const Answer run = ctl.call({QStringLiteral("run"), ctl.write(QStringLiteral("letters.yaml"), text)});
        QVERIFY2(run.code == 0, qPrintable(run.output + run.errors));
        QVERIFY(ctl.call({QStringLiteral("list")}).output.contains(name));
        const QJsonObject best = ctl.show(name)[QStringLiteral("best")].toObject();
        QVERIFY(best[QStringLiteral("configuration")].toObject().contains(QStringLiteral("\u03b2_2")));
        QCOMPARE(ctl.call({QStringLiteral("show"), name, QStringLiteral("0")}).code, 0);
        QVERIFY(ctl.call({QStringLiteral("export"), name}).output.contains(QStringLiteral("\"\u03b2_2\": ")));
    }

    void wrongOptionsBeforeTheCommandAreExplained_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const QStringList& arguments, const char* said) {
            QTest::newRow(name) << arguments << QString::fromUtf8(said);
        };
        row("misspelt", {QStringLiteral("--stroe"), QStringLiteral("x.db"), QStringLiteral("list")},
            "unknown option --stroe before the command (did you mean \"store\"?)");
        row("a command's own", {QStringLiteral("--trial"), QStringLiteral("1"), QStringLiteral("show")},
            "a command's own options follow its name");
        row("no command", {QStringLiteral("--store"), QStringLiteral("x.db")},
            "no command after --store x.db");
        row("no value", {QStringLiteral("--store")}, "no command after --store");
    }
    void wrongOptionsBeforeTheCommandAreExplained()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const Answer answer = m_ctl->callOn({}, arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.contains(said), qPrintable(answer.errors));
    }

    void theBestTrialIsExported()
    {
        const QJsonObject best = m_ctl->show(QStringLiteral("gn2-lr"))[QStringLiteral("best")].toObject();
        const double x = best[QStringLiteral("configuration")][QStringLiteral("x")].toDouble();
        const QString name = QStringLiteral("gn2-lr");
        const QString format = QStringLiteral("--format");
        const QJsonObject object =
            m_ctl->call({QStringLiteral("export"), name, format, QStringLiteral("json")}).object();
        QCOMPARE(object[QStringLiteral("x")].toDouble(), x);
        const QString digits = QString::number(x, 'g', 8);
        QVERIFY(
            m_ctl->call({QStringLiteral("export"), name}).output.contains(QStringLiteral("x: ") + digits));
        QVERIFY(m_ctl->call({QStringLiteral("export"), name, format, QStringLiteral("command")})
                    .output.contains(digits));
        const QString file = m_ctl->folder() + QStringLiteral("/out/best.yaml");
        QCOMPARE(m_ctl->call({QStringLiteral("export"), name, QStringLiteral("--out"), file}).code, 0);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(written.readAll()), m_ctl->call({QStringLiteral("export"), name}).output);
        const Answer ofStore =
            m_ctl->call({QStringLiteral("export"), name, QStringLiteral("--out"), m_ctl->store()});
        QVERIFY(ofStore.code != 0 && ofStore.errors.contains(QStringLiteral("was not written over")));
        QCOMPARE(m_ctl->call({QStringLiteral("export"), name}).code, 0);
        const Answer failed =
            m_ctl->call({QStringLiteral("export"), name, QStringLiteral("--trial"), QStringLiteral("1")});
        QCOMPARE(failed.code, 1);
        QVERIFY2(failed.output.isEmpty() && failed.errors.contains(QStringLiteral("trial 1 failed: ")),
                 qPrintable(failed.errors));
        const Answer wrong = m_ctl->call({QStringLiteral("export"), name, format, QStringLiteral("jsno")});
        QCOMPARE(wrong.code, 2);
        QVERIFY(wrong.errors.contains(QStringLiteral("did you mean \"json\"?")));
    }

    /// The advice is one that is taken.
    void noTrialIsProposedForExportWhereNoneIsExported()
    {
        const QString name = QStringLiteral("none");
        const QStringList call{QStringLiteral("export"), name};
        CtlFixture ctl;
        ctl.call({QStringLiteral("run"), ctl.experiment(name, "exit 3", 2)});
        const Answer none = ctl.call(call);
        QCOMPARE(none.code, 1);
        QVERIFY2(
            none.errors.contains(QStringLiteral("has a value yet: all that there are failed or diverged")),
            qPrintable(none.errors));
    }

    void filesAreValidated()
    {
        const QString good = m_ctl->experiment(QStringLiteral("good"), "true", 5);
        const QString bad = m_ctl->experiment(QStringLiteral("bad"), "echo {y}", 5, "seed: many\n");
        QCOMPARE(m_ctl->call({QStringLiteral("validate"), good}).code, 0);
        const Answer both = m_ctl->call({QStringLiteral("validate"), good, bad});
        QCOMPARE(both.code, 2);
        QVERIFY2(both.output.contains(bad + QStringLiteral(":10:7: seed: ")), qPrintable(both.output));
        const QJsonArray results = m_ctl->call({QStringLiteral("validate"), json, good, bad}).array();
        QVERIFY(results[0][QStringLiteral("valid")].toBool());
        QCOMPARE(results[1][QStringLiteral("problems")].toArray().size(), 2);
        QCOMPARE(results[1][QStringLiteral("problems")][0][QStringLiteral("key")].toString(),
                 QStringLiteral("trial.command"));
        QCOMPARE(m_ctl->call({QStringLiteral("validate"), QStringLiteral("absent.yaml")}).code, 3);
    }

    void unknownNamesGetASuggestion()
    {
        const Answer experiment = m_ctl->call({QStringLiteral("show"), QStringLiteral("gn2-rl")});
        QCOMPARE(experiment.code, 3);
        QVERIFY2(experiment.errors.contains(QStringLiteral("did you mean \"gn2-lr\"?")),
                 qPrintable(experiment.errors));
        const Answer command = m_ctl->call({QStringLiteral("lsit")});
        QCOMPARE(command.code, 2);
        QVERIFY(command.errors.contains(QStringLiteral("did you mean \"list\"?")));
        const Answer option = m_ctl->call({QStringLiteral("list"), QStringLiteral("--jsno")});
        QCOMPARE(option.code, 2);
        QVERIFY(option.errors.contains(QStringLiteral("did you mean \"json\"?")));
        QCOMPARE(m_ctl->call({QStringLiteral("show")}).code, 2);
        QCOMPARE(m_ctl->call({QStringLiteral("list"), QStringLiteral("extra")}).code, 2);
        const Answer trial = m_ctl->call({QStringLiteral("show"), QStringLiteral("gn2-lr"),
                                          QStringLiteral("--trial"), QStringLiteral("two")});
        QCOMPARE(trial.code, 2);
    }

    void everyCommandExplainsItself()
    {
        const Answer overview = m_ctl->call({QStringLiteral("--help")});
        QCOMPARE(overview.code, 0);
        for (const char* name : {"run",    "validate", "status",   "list",   "show",    "pause",  "resume",
                                 "stop",   "retry",    "export",   "check",  "compare", "remove", "transfer",
                                 "doctor", "site",     "exchange", "attach", "detach",  "mirror", "drive"}) {
            const QString command = QString::fromLatin1(name);
            QVERIFY(overview.output.contains(QStringLiteral("\n  ") + command));
            const Answer help = m_ctl->call({command, QStringLiteral("--help")});
            QCOMPARE(help.code, 0);
            QVERIFY(help.output.startsWith(QStringLiteral("usage: widthwisectl ") + command));
            QVERIFY(help.output.contains(QStringLiteral("Example:\n  ")));
            QVERIFY(help.output.contains(QStringLiteral("Exit codes:")));
            const QStringList lines = help.output.split(QLatin1Char('\n'));
            for (const QString& line : lines)
                QVERIFY2(line.size() <= 110 && !line.endsWith(QLatin1Char(' ')), qPrintable(line));
        }
    }

    void aStoreThatCannotBeReadIsExitCodeFive()
    {
        const CtlFixture ctl;
        ctl.write(QStringLiteral("store.db"), "this is not a database, and never was one");
        const Answer answer = ctl.call({QStringLiteral("list")});
        QCOMPARE(answer.code, 5);
        QVERIFY2(answer.errors.contains(ctl.store()), qPrintable(answer.errors));
        QFile::remove(ctl.store());
    }

    void theDoctorNamesWhatIsMissing()
    {
        CtlFixture ctl;
        const QString trainer =
            ctl.write(QStringLiteral("trainer"),
                      "#!/bin/sh\necho "
                      "'{\"version\":\"0.0.1\",\"torch\":\"1.13\",\"hdf5\":\"1.10\",\"blas\":\"libblas."
                      "so\",\"gflops\":1.5,\"cuda_devices\":0}'\n");
        QFile::setPermissions(trainer, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        ctl.set(QStringLiteral("WIDTHWISE_TRAINER"), trainer);
        const Answer slow = ctl.call({QStringLiteral("doctor"), json});
        QCOMPARE(slow.code, 0);
        QJsonObject blas;
        for (const QJsonValue& finding : slow.array())
            if (finding[QStringLiteral("what")] == QStringLiteral("BLAS speed"))
                blas = finding.toObject();
        QCOMPARE(blas[QStringLiteral("verdict")].toString(), QStringLiteral("warning"));
        QVERIFY(blas[QStringLiteral("fix")].toString().contains(QStringLiteral("libopenblas")));

        ctl.write(QStringLiteral("trainer"),
                  "#!/bin/sh\necho 'libtorch.so: cannot open shared object file' >&2; exit 127\n");
        const Answer broken = ctl.call({QStringLiteral("doctor")});
        QCOMPARE(broken.code, 1);
        QVERIFY2(broken.output.contains(QStringLiteral("libtorch.so")), qPrintable(broken.output));
    }

private:
    std::unique_ptr<CtlFixture> m_ctl;
};

QTEST_GUILESS_MAIN(TestCtlRead)
#include "tst_ctl_read.moc"
