// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace widthwise::ui {

class MainWindow;
class StoreClient;

/// The window on a store with all its pages, and one on another store in its place when the person chooses
/// one.
class Workbench : public QObject {
    Q_OBJECT
public:
    explicit Workbench(const QString& storeFile);
    ~Workbench() override;

    MainWindow& window() { return *m_window; }
    const StoreClient& client() const { return *m_client; }
    /// Shows another store, which is made where it is not there.
    void openStore(const QString& file);

private:
    void make(const QString& storeFile);

    std::unique_ptr<StoreClient> m_client;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace widthwise::ui
