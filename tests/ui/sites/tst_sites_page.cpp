// SPDX-License-Identifier: GPL-3.0-or-later
// The Sites page: its form and text are one file, and its buttons really log in.
#include "core/experiment/experiment_file.h"
#include "core/store/database.h"
#include "tests/system/test_cluster.h"
#include "tests/ui/fields_in_view.h"
#include "tests/ui/ui_test.h"
#include "ui/editing/field.h"
#include "ui/editing/yaml_editor.h"
#include "ui/sites/findings_model.h"
#include "ui/sites/site_form.h"
#include "ui/sites/sites_page.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestSitesPage : public UiTest {
    Q_OBJECT

    static QString written(const char* name)
    {
        QFile file(QString::fromStdString(siteFile(name)));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    static Field* field(const SitesPage& page, const char* key)
    {
        return page.findChild<SiteForm*>()->field(QString::fromLatin1(key));
    }
    static QAbstractButton* button(const SitesPage& page, const char* name)
    {
        return page.findChild<QAbstractButton*>(QString::fromLatin1(name));
    }
    static QString outcome(const SitesPage& page)
    {
        return page.findChild<QLabel*>(QStringLiteral("siteOutcome"))->text();
    }
    static QStringList findings(const SitesPage& page)
    {
        const auto* model = page.findChild<QListView*>(QStringLiteral("findings"))->model();
        QStringList rows;
        for (int row = 0; row < model->rowCount(); ++row)
            rows.append(model->index(row, 0).data(Qt::AccessibleTextRole).toString());
        return rows;
    }

private Q_SLOTS:
    void cleanup()
    {
        for (const std::string& name : siteNames())
            QFile::remove(QString::fromStdString(siteFile(name)));
    }

    void formRowsWrap()
    {
        writeSiteFile("lab", "host: head\nscheduler: slurm\nfolder: /scratch\n");
        SitesPage page;
        page.showSite(QStringLiteral("lab"));
        const int width = 683 - 160; // beside the sidebar on a screen of 1366 pixels at scale 2
        page.resize(width, 500);
        page.show();
        QApplication::processEvents();
        QCOMPARE(page.width(), width);
        QCOMPARE(cutOff(page), QString());
        QVERIFY(field(page, "qos")->geometry().top() > field(page, "scheduler")->geometry().top());
    }

    void formAndTextAreOneFile()
    {
        writeSiteFile("lab", "# ours\nhost: head # the login node\nfolder: /scratch\n");
        SitesPage page;
        page.showSite(QStringLiteral("lab"));
        page.show();
        auto* host = qobject_cast<TextField*>(field(page, "host"));
        QCOMPARE(host->editor()->text(), QStringLiteral("head"));
        QVERIFY(!field(page, "partition")->isVisible());
        host->editor()->selectAll();
        QTest::keyClicks(host->editor(), QStringLiteral("other"));
        QTRY_COMPARE(written("lab"),
                     QStringLiteral("# ours\nhost: other # the login node\nfolder: /scratch\n"));
        auto* scheduler = qobject_cast<ChoiceField*>(field(page, "scheduler"))->editor();
        scheduler->setCurrentIndex(scheduler->findData(QStringLiteral("slurm")));
        Q_EMIT scheduler->activated(scheduler->currentIndex());
        QVERIFY(field(page, "partition")->isVisible());
        auto* prologue = qobject_cast<LinesField*>(field(page, "prologue"))->editor();
        prologue->setFocus();
        prologue->setPlainText(QStringLiteral("module load CUDA\nexport A=1"));
        QTRY_VERIFY(written("lab").endsWith(
            QStringLiteral("scheduler: slurm\nprologue: |-\n  module load CUDA\n  export A=1\n")));
        QTest::keyClick(prologue, Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(!written("lab").contains(QStringLiteral("prologue")));
    }

    void thisMachineIsTestedWithTheStoreInUse()
    {
        const QTemporaryDir folder;
        const QString store = folder.filePath(QStringLiteral("in/use.db"));
        SitesPage page(store);
        page.showSite(QStringLiteral("local"));
        page.show();
        QTest::mouseClick(button(page, "testSite"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!findings(page).isEmpty(), 60'000);
        QVERIFY2(!findings(page).filter(store).isEmpty(), qPrintable(findings(page).join(QLatin1Char('\n'))));
        QVERIFY(QDir(folder.path()).isEmpty());
        QVERIFY(!QFile::exists(QString::fromStdString(defaultStoreFile())));
    }

    void problemsAreShownAndStopTests()
    {
        writeSiteFile("lab", "host: head\nfolder: scratch\n");
        SitesPage page;
        page.showSite(QStringLiteral("lab"));
        page.show();
        QVERIFY(field(page, "folder")->problem().contains(QStringLiteral("absolute path")));
        QVERIFY(!button(page, "testSite")->isEnabled());
        QVERIFY(!button(page, "deployTrainer")->isEnabled());
        writeSiteFile("lab", "host: head\nfolder: /scratch\n"); // in another editor
        QTRY_VERIFY(button(page, "testSite")->isEnabled());
        QVERIFY(button(page, "deployTrainer")->isEnabled());
    }

    void aSiteIsMadeNamedAndDeleted()
    {
        SitesPage page;
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        const QSignalSpy changed(&page, &SitesPage::sitesChanged);
        page.createSite();
        QCOMPARE(page.site(), QStringLiteral("new-site"));
        QCOMPARE(changed.last()[0].toString(), QStringLiteral("new-site"));
        auto* name = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(name);
        QTest::keyClicks(name, QStringLiteral("a/b"));
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(page.site(), QStringLiteral("new-site"));
        name->selectAll();
        QTest::keyClicks(name, QStringLiteral("juwels"));
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(page.site(), QStringLiteral("juwels"));
        QCOMPARE(siteNames(), (std::vector<std::string>{"local", "juwels"}));
        QCOMPARE(page.findChild<QLabel*>(QStringLiteral("siteStatus"))->text(),
                 QStringLiteral("saved in juwels.yaml"));

        QTest::mouseClick(button(page, "deleteSite"), Qt::LeftButton);
        auto* really = button(page, "noticeAction");
        QVERIFY(really->isVisible());
        QVERIFY(QFile::exists(QString::fromStdString(siteFile("juwels"))));
        QTest::mouseClick(really, Qt::LeftButton);
        QCOMPARE(siteNames(), std::vector<std::string>{"local"});
        QCOMPARE(changed.last()[0].toString(), QString());
    }

    void thisMachineIsTestedToo()
    {
        SitesPage page;
        page.showSite(QStringLiteral("local"));
        page.show();
        QVERIFY(!field(page, "host")->isVisible());
        QVERIFY(!button(page, "deleteSite")->isVisible());
        QTest::mouseClick(button(page, "testSite"), Qt::LeftButton);
        QVERIFY(!button(page, "testSite")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!findings(page).isEmpty(), 60'000);
        QVERIFY(button(page, "testSite")->isEnabled());
    }

    void aTestLogsIn()
    {
        const TestCluster::Options options{.nodes = 1};
        if (const QString missing = TestCluster::missing(options); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        TestCluster cluster;
        cluster.start(options);
        const QString text = QStringLiteral("host: cluster\nssh_config: %1\nfolder: %2/scratch\n"
                                            "scheduler: slurm\npartition: mian\n")
                                 .arg(cluster.sshConfig(), cluster.folder());
        writeSiteFile("lab", text.toStdString());
        SitesPage page;
        const QSignalSpy tested(&page, &SitesPage::tested);
        page.showSite(QStringLiteral("lab"));
        page.show();
        QTest::mouseClick(button(page, "testSite"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!findings(page).isEmpty(), 60'000);
        QVERIFY2(findings(page).filter(QStringLiteral("did you mean \"main\"")).size() == 1,
                 qPrintable(findings(page).join(QLatin1Char('\n'))));
        QVERIFY(outcome(page).contains(QStringLiteral("fixed")));
        QCOMPARE(tested.size(), 1);

        auto* partition = qobject_cast<TextField*>(field(page, "partition"))->editor();
        partition->selectAll();
        QTest::keyClicks(partition, QStringLiteral("main"));
        QTest::mouseClick(button(page, "testSite"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(tested.size(), 2, 60'000);
        QVERIFY2(tested[1][1].value<Verdict>() != Verdict::Bad,
                 qPrintable(findings(page).join(QLatin1Char('\n'))));

        page.showSite(QStringLiteral("local"));
        QVERIFY(findings(page).isEmpty());
        page.showSite(QStringLiteral("lab"));
        QVERIFY(!findings(page).isEmpty());
    }
};

WIDTHWISE_UI_TEST_MAIN(TestSitesPage)
#include "tst_sites_page.moc"
