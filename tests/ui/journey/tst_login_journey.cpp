// SPDX-License-Identifier: GPL-3.0-or-later
// From the desktop into real sshds that want a host's key trusted, a passphrase, passwords and a code; a link
// that is lost and asks for a person again; and a search for what was typed in all that is written anywhere.
#include "tests/core/run/runner_fixture.h"
#include "tests/system/secret_search.h"
#include "tests/system/test_cluster.h"
#include "tests/ui/ui_test.h"
#include "ui/all_pages.h"
#include "ui/ask/login_panel.h"
#include "ui/shell/main_window.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTest>

#include <numeric>

using namespace widthwise;
using namespace widthwise::ui;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000; ///< milliseconds on a busy machine

// No two of them, and nothing else here, share a part.
const QString passphrase = QStringLiteral("swordfish-Qa7-under-the-rug");
const QString password = QStringLiteral("plugh-9Xw-behind-the-door");
const QString code = QStringLiteral("483920157264");

/// The desktop as app/desktop makes it, and the keys of whoever sits before it.
class Desktop {
public:
    explicit Desktop(const RunnerFixture& fixture)
        : m_client(QString::fromStdString(fixture.storeFile())), m_window(m_client)
    {
        addAllPages(m_window, m_client);
        m_window.show();
        QApplication::setActiveWindow(&m_window);
    }

    void start(const QString& file) { m_window.openOnStart(file, true); }
    void open(const QString& file) { m_window.openOnStart(file, false); }
    bool asks(const QString& what) const
    {
        const auto* panel = m_window.findChild<LoginPanel*>();
        return panel->isVisible() &&
               panel->findChild<QPushButton*>(QStringLiteral("loginYes"))->isVisible() &&
               (text("loginPrompt").contains(what) || text("loginHeading").contains(what)) &&
               edit()->text().isEmpty();
    }
    bool saysWrong() const { return text("loginText").contains(QStringLiteral("not right")); }
    QString text(const char* label) const { return find<QLabel>(label)->text(); }
    void press(const char* button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    bool offers(const char* button) const { return find<QPushButton>(button)->isVisible(); }
    void answer(const QString& words) const
    {
        QTest::keyClicks(edit(), words);
        QTest::keyClick(edit(), Qt::Key_Return);
    }

private:
    QLineEdit* edit() const { return find<QLineEdit>("loginAnswer"); }
    template <class Widget>
    Widget* find(const char* name) const
    {
        return m_window.findChild<Widget*>(QString::fromLatin1(name));
    }

    StoreClient m_client;
    MainWindow m_window;
};

} // namespace

class TestLoginJourney : public UiTest {
    Q_OBJECT

    TestCluster m_cluster;
    QTemporaryDir m_folder;
    RunnerFixture m_fixture{m_folder.filePath(QStringLiteral("home")).toStdString()};
    SecretSearch m_search{{passphrase, password, code}};
    QStringList m_startedWith; ///< what processes were seen to be started with

    QString path(const QString& name) const { return m_folder.filePath(QStringLiteral("home/") + name); }
    QString sshFile(const QString& name) const { return m_cluster.folder() + QStringLiteral("/ssh/") + name; }
    QString passwords(int number) const
    {
        return m_cluster.folder() + QStringLiteral("/etc/passwords%1").arg(number);
    }
    static void write(const QString& file, const QString& text)
    {
        QFile out(file);
        QVERIFY2(out.open(QFile::WriteOnly), qPrintable(file));
        out.write(text.toUtf8());
    }
    static QString shell(const QString& command)
    {
        LocalHost local;
        const CommandResult result = local.run(command.toStdString(), 30s);
        return QString::fromStdString(result.output).trimmed();
    }

    void setPasswords(const QString& first, const QString& second) const;
    void addSite(const QString& name, const QStringList& server, const QStringList& client);
    QString experiment(const QString& site, const QString& program) const;
    /// While it waits, all processes are looked at.
    template <class Reached>
    bool comes(Reached reached)
    {
        return QTest::qWaitFor(
            [&] {
                m_startedWith += m_search.processes();
                return reached();
            },
            patience);
    }
    std::optional<DriverInfo> driver(std::int64_t experiment) const
    {
        Database database(m_fixture.storeFile());
        return driverInfo(database, experiment);
    }
    bool linkIs(SiteLink::State state) const
    {
        const std::optional<DriverInfo> now = driver(2);
        return now && now->link && now->link->state == state;
    }
    void everyTrialIsThereOnce(std::int64_t experiment, int count);

private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_startedWith.removeDuplicates(); }
    void trustsAHostAndTakesAPassword();
    void logsInAgainAfterARestart();
    void nothingSecretIsAnywhere();
    void wouldFindSecrets();
};

void TestLoginJourney::initTestCase()
{
    const TestCluster::Options alone{.nodes = 0};
    if (const QString missing = TestCluster::missing(alone); !missing.isEmpty())
        QSKIP(qPrintable(missing + QStringLiteral(": logging in from the desktop is NOT tested")));
    if (!QFile::exists(qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwisectl")))
        QSKIP("widthwisectl was not built: logging in from the desktop is NOT tested");
    m_cluster.start(alone);
    QDir().mkpath(m_cluster.folder() + QStringLiteral("/etc/pam.d"));
    QString service;
    for (const int number : {1, 2})
        service +=
            QStringLiteral("auth required /usr/lib/x86_64-linux-gnu/pam_wrapper/pam_matrix.so passdb=%1\n")
                .arg(passwords(number));
    write(m_cluster.folder() + QStringLiteral("/etc/pam.d/sshd"),
          service + QStringLiteral("account required pam_permit.so\nsession required pam_permit.so\n"));
    shell(
        QStringLiteral("ssh-keygen -q -t ed25519 -N %1 -f %2 && cat %2.pub >>%3")
            .arg(passphrase, sshFile(QStringLiteral("locked")), sshFile(QStringLiteral("authorized_keys"))));
    QVERIFY(QFile::exists(sshFile(QStringLiteral("locked"))));
}

/// What the sshds' two questions are to be answered with.
void TestLoginJourney::setPasswords(const QString& first, const QString& second) const
{
    const QString user = shell(QStringLiteral("id -un"));
    write(passwords(1), QStringLiteral("%1:%2:sshd\n").arg(user, first));
    write(passwords(2), QStringLiteral("%1:%2:sshd\n").arg(user, second));
}

void TestLoginJourney::addSite(const QString& name, const QStringList& server, const QStringList& client)
{
    m_cluster.addSshd(name, QStringList{QStringLiteral("UsePAM yes")} + server, client);
    write(path(name + QStringLiteral(".yaml")),
          QStringLiteral("host: %1\nssh_config: %2\nfolder: %3\n")
              .arg(name, m_cluster.sshConfig(), m_folder.filePath(QStringLiteral("scratch"))));
}

QString TestLoginJourney::experiment(const QString& site, const QString& program) const
{
    const QString file = path(site + QStringLiteral("-search.yaml"));
    write(file, QString::fromStdString(RunnerFixture::yaml(program.toStdString(), 3, 3,
                                                           "site: " + site.toStdString() + ".yaml\n"))
                    .replace(QStringLiteral("name: test"), QStringLiteral("name: ") + site));
    return file;
}

void TestLoginJourney::everyTrialIsThereOnce(std::int64_t experiment, int count)
{
    const std::vector<Trial> trials = m_fixture.trials(experiment);
    QCOMPARE(trials.size(), static_cast<std::size_t>(count));
    for (const Trial& trial : trials) {
        QCOMPARE(trial.state, TrialState::Completed);
        QCOMPARE(trial.attempt, 1);
        const std::vector<double> values = m_fixture.points(experiment, trial.number, "loss").values;
        std::vector<double> expected(values.size());
        std::iota(expected.begin(), expected.end(), 1);
        QVERIFY(values.size() >= 3);
        QCOMPARE(values, expected);
    }
}

void TestLoginJourney::trustsAHostAndTakesAPassword()
{
    setPasswords(password, password);
    addSite(QStringLiteral("password"),
            {QStringLiteral("PasswordAuthentication yes"), QStringLiteral("AuthenticationMethods password")},
            {QStringLiteral("IdentityFile none"),
             QStringLiteral("UserKnownHostsFile ") + sshFile(QStringLiteral("known_new"))});
    Desktop desktop(m_fixture);
    desktop.start(experiment(
        QStringLiteral("password"),
        QStringLiteral("for i in 1 2 3; do echo '{{\"step\":'$i',\"metrics\":{{\"loss\":'$i'}}}}' >> "
                       "metrics.jsonl; done")));
    QVERIFY(comes([&] { return desktop.asks(QStringLiteral("never seen before")); }));
    const QString shown = shell(
        QStringLiteral("ssh-keygen -lf %1 | cut -d' ' -f2").arg(sshFile(QStringLiteral("host_key.pub"))));
    QVERIFY(shown.startsWith(QStringLiteral("SHA256:")));
    QVERIFY2(desktop.text("loginKey").endsWith(shown), qPrintable(desktop.text("loginKey")));
    desktop.press("loginYes");

    QVERIFY(comes([&] { return desktop.asks(QStringLiteral("Password")); }));
    QVERIFY(desktop.text("driverState").contains(QStringLiteral("starting")));
    desktop.answer(QStringLiteral("not this one"));
    QVERIFY(comes([&] { return desktop.asks(QStringLiteral("Password")) && desktop.saysWrong(); }));
    desktop.answer(password);
    QVERIFY(comes([&] { return m_fixture.record(1).state == ExperimentState::Completed; }));
    everyTrialIsThereOnce(1, 3);
    QCOMPARE(shell(QStringLiteral("grep -c 127.0.0.1 ") + sshFile(QStringLiteral("known_new"))),
             QStringLiteral("1"));
}

void TestLoginJourney::logsInAgainAfterARestart()
{
    setPasswords(password, code);
    addSite(QStringLiteral("three"),
            {QStringLiteral("KbdInteractiveAuthentication yes"),
             QStringLiteral("AuthenticationMethods publickey,keyboard-interactive")},
            {QStringLiteral("IdentityFile ") + sshFile(QStringLiteral("locked"))});
    const auto logsIn = [this](const Desktop& desktop) {
        for (const auto& [what, secret] :
             {std::pair{"Passphrase of ", passphrase}, {"assword", password}, {"log in as", code}}) {
            if (!comes([&] { return desktop.asks(QString::fromLatin1(what)); }))
                return false;
            desktop.answer(secret);
        }
        return true;
    };
    const QString goOn = m_folder.filePath(QStringLiteral("enough"));
    const QString file = experiment(
        QStringLiteral("three"),
        QStringLiteral("i=0; while [ ! -e %1 ] || [ $i -lt 3 ]; do i=$((i+1)); echo "
                       "'{{\"step\":'$i',\"metrics\":{{\"loss\":'$i'}}}}' >> metrics.jsonl; sleep 0.3; done")
            .arg(goOn));
    {
        const auto first = std::make_unique<Desktop>(m_fixture);
        first->start(file);
        QVERIFY(logsIn(*first));
        QVERIFY(comes([&] { return m_fixture.points(2, 0, "loss").values.size() > 3; }));
    }
    const std::int64_t before = driver(2)->pid;
    shell(QStringLiteral("pkill -KILL -P $(cat %1/run/sshd.three.pid)").arg(m_cluster.folder()));
    QVERIFY(comes([&] { return linkIs(SiteLink::State::NeedsPerson); }));

    Desktop second(m_fixture);
    second.open(file);
    QVERIFY(comes([&] { return second.offers("logIn"); }));
    QVERIFY(!second.offers("loginYes")); // nobody is asked before a person wants it
    second.press("logIn");
    QVERIFY(logsIn(second));
    QVERIFY(comes([&] { return driver(2)->pid != before && linkIs(SiteLink::State::Connected); }));
    write(goOn, QString());
    QVERIFY(comes([&] { return m_fixture.record(2).state == ExperimentState::Completed; }));
    everyTrialIsThereOnce(2, 3);
}

void TestLoginJourney::nothingSecretIsAnywhere()
{
    const QStringList allowed{passwords(1), passwords(2)};
    QCOMPARE(m_search.files(m_folder.path()), QStringList());
    QCOMPARE(m_search.files(m_cluster.folder(), allowed), QStringList());
    for (const char* variable : {"XDG_DATA_HOME", "XDG_CONFIG_HOME"})
        QCOMPARE(m_search.files(qEnvironmentVariable(variable)), QStringList());
    QCOMPARE(m_startedWith, QStringList());
    QCOMPARE(m_search.files(m_cluster.folder()).size(), allowed.size()); // it does find what is there
}

void TestLoginJourney::wouldFindSecrets()
{
    const QByteArray secret = password.toUtf8();
    const QTemporaryDir folder;
    int number = 0;
    const QByteArray amid = QByteArray("ab") + secret + "cd";
    for (const QByteArray& planted :
         {secret, secret.toHex(), secret.toBase64(), amid.toBase64(), QByteArray(amid.mid(1)).toBase64()}) {
        const QString file = folder.filePath(QString::number(number++));
        write(file, QStringLiteral("some log\n") + QString::fromLatin1(planted));
        QCOMPARE(m_search.files(folder.path()).size(), number);
    }
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PASS"), password);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral("/bin/cat"), QStringList());
    QVERIFY(process.waitForStarted());
    QTRY_COMPARE(m_search.processes().size(), 1);
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished());
}

WIDTHWISE_UI_TEST_MAIN(TestLoginJourney)
#include "tst_login_journey.moc"
