import { useEffect } from "preact/hooks";
import { LocationProvider, Route, Router } from "preact-iso";
import { login } from "./api/client";
import { findLogin, followMoves } from "./api/session";
import { followSettings } from "./api/settings";
import { followDisposed } from "./deciding/disposing";
import { followBundle } from "./live/bundle";
import { followLanes } from "./live/lanes";
import { followQueue } from "./live/queue";
import { Following } from "./live/socket";
import { AccountsPage } from "./pages/accounts";
import { BundlePage } from "./pages/bundle";
import { HistoryPage } from "./pages/history";
import { InspectionPage } from "./pages/inspection";
import { LanesPage } from "./pages/lanes";
import { followTroubles } from "./pages/lanes/troubles";
import { LivePage } from "./pages/live";
import { LogPage } from "./pages/log";
import { LoginPage } from "./pages/login";
import { NowherePage } from "./pages/nowhere";
import { PasswordPage } from "./pages/password";
import { SecondLooksPage } from "./pages/second-looks";
import { StatisticsPage } from "./pages/statistics";
import { Guarded } from "./parts/guarded";
import { Header } from "./parts/header";
import { homeOf, readsScans } from "./parts/places";
import { language, t } from "./texts";

/** The page: a login, or a header and the place where somebody is. */
export function App() {
  useEffect(() => {
    void findLogin();
    followMoves();
  }, []);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  if (login.value === undefined) return <p class="sheet">{t("shell.loading")}</p>;
  if (login.value === null) return <LoginPage />;
  if (login.value.user.must_change) return <PasswordPage />;
  return <Inside key={login.value.user.id} role={login.value.user.role} />;
}

function Inside({ role }: { role: string }) {
  useEffect(() => follow(role), [role]);
  const Home =
    homeOf(role) === "/" ? LivePage : homeOf(role) === "/accounts" ? AccountsPage : HistoryPage;
  return (
    <LocationProvider>
      <Header role={role} />
      <Guarded>
        <Router>
          <Route path="/" component={Home} />
          <Route path="/inspections/:id" component={InspectionPage} />
          <Route path="/history" component={HistoryPage} />
          <Route path="/second-looks" component={SecondLooksPage} />
          <Route path="/statistics" component={StatisticsPage} />
          <Route path="/lanes" component={LanesPage} />
          <Route path="/bundle" component={BundlePage} />
          <Route path="/log" component={LogPage} />
          <Route path="/accounts" component={AccountsPage} />
          <Route path="/password" component={PasswordPage} />
          <Route default component={NowherePage} />
        </Router>
      </Guarded>
    </LocationProvider>
  );
}

/** Follow the station for as long as somebody is logged in. */
function follow(role: string): () => void {
  const following = new Following();
  const stops = [followSettings(), followLanes(), followBundle(), followTroubles()];
  if (readsScans(role)) stops.push(followQueue(), followDisposed());
  following.start();
  return () => {
    following.stop();
    for (const stop of stops) stop();
  };
}
