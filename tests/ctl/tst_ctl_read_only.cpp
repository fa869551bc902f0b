// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"
#include "tests/core/store/read_only_place.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace widthwise::ctl;
using widthwise::test::ReadOnlyMount;

namespace {

QJsonObject finding(const Answer& answer, const QString& what)
{
    for (const QJsonValue& found : answer.array())
        if (found[QStringLiteral("what")] == what)
            return found.toObject();
    return {};
}

} // namespace

/// What can be done with a store that cannot be written, and what doctor makes of stores.
class TestCtlReadOnly : public QObject {
    Q_OBJECT

    static QStringList words(const char* text) { return QString::fromLatin1(text).split(QLatin1Char(' ')); }

private Q_SLOTS:
    void aReadOnlyStoreIsLookedAtAndNotWritten()
    {
        const CtlFixture ctl;
        QDir(ctl.folder()).mkdir(QStringLiteral("home"));
        const QString file = ctl.experiment(QStringLiteral("gn2-lr"), reports(0.01), 1);
        const QString store = ctl.folder() + QStringLiteral("/home/store.db");
        QCOMPARE(ctl.callOn(store, {QStringLiteral("run"), file}).code, 0);

        const std::string folder = ctl.folder().toStdString();
        const ReadOnlyMount mounted(folder + "/home", folder + "/seen");
        if (!mounted.works())
            QSKIP("needs the right to mount (root)");
        const QString seen = ctl.folder() + QStringLiteral("/seen/store.db");
        for (const char* call : {"list", "show gn2-lr", "show gn2-lr --trial 0", "status", "status gn2-lr",
                                 "export gn2-lr --format yaml", "list --json"}) {
            const Answer answer = ctl.callOn(seen, words(call));
            QVERIFY2(answer.code == 0 && answer.errors.isEmpty(), qPrintable(answer.errors));
            QVERIFY2(!answer.output.isEmpty(), call);
        }
        QCOMPARE(ctl.callOn(seen, words("export gn2-lr")).output,
                 ctl.callOn(store, words("export gn2-lr")).output);
        QVERIFY(ctl.callOn(seen, words("list")).output.contains(QStringLiteral("gn2-lr")));
        const QString refusal =
            QStringLiteral("widthwisectl: the store %1 cannot be written: read-only file system; ").arg(seen);
        for (const QStringList& call : {QStringList{QStringLiteral("run"), file}, words("pause gn2-lr"),
                                        words("retry gn2-lr"), words("remove gn2-lr --yes")}) {
            const Answer answer = ctl.callOn(seen, call);
            QCOMPARE(answer.code, 5);
            QVERIFY2(answer.errors.startsWith(refusal), qPrintable(answer.errors));
        }
        const Answer doctor = ctl.callOn(seen, words("doctor --json"));
        QCOMPARE(doctor.code, 1);
        QVERIFY2(finding(doctor, QStringLiteral("store"))[QStringLiteral("found")].toString().contains(
                     QStringLiteral("read-only file system")),
                 qPrintable(doctor.output));
    }

    void theDoctorMakesNoStore()
    {
        const CtlFixture ctl;
        const QString store = ctl.folder() + QStringLiteral("/none/here/store.db");
        const Answer answer = ctl.callOn(store, words("doctor --json"));
        QCOMPARE(answer.code, 0);
        QVERIFY(
            finding(answer, QStringLiteral("store"))[QStringLiteral("found")].toString().startsWith(store));
        QVERIFY(!QFile::exists(ctl.folder() + QStringLiteral("/none")));

        QDir(ctl.folder()).mkdir(QStringLiteral("home"));
        const std::string folder = ctl.folder().toStdString();
        const ReadOnlyMount mounted(folder + "/home", folder + "/seen");
        if (!mounted.works())
            QSKIP("needs the right to mount (root)");
        const QString bad = ctl.folder() + QStringLiteral("/seen/none/store.db");
        const Answer refused = ctl.callOn(bad, words("doctor --json"));
        QCOMPARE(refused.code, 1);
        QCOMPARE(finding(refused, QStringLiteral("store"))[QStringLiteral("found")].toString(),
                 bad + QStringLiteral(" cannot be made: read-only file system"));
    }

    void withoutHomeTheAccountsAreAsked()
    {
        CtlFixture ctl;
        ctl.unset(QStringLiteral("HOME"));
        ctl.unset(QStringLiteral("XDG_DATA_HOME"));
        const Answer answer = ctl.callOn({}, words("doctor --json"));
        const QString found = finding(answer, QStringLiteral("store"))[QStringLiteral("found")].toString();
        QVERIFY2(found.startsWith(QLatin1Char('/')) && !found.contains(ctl.folder()),
                 qPrintable(answer.output));
        QCOMPARE(QDir(ctl.folder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCtlReadOnly)
#include "tst_ctl_read_only.moc"
