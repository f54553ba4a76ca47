export const metadata = { title: 'Shop' }

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <h1>Shop</h1>
        {children}
      </body>
    </html>
  )
}
